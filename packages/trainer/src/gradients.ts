import { DataError, type Parameters, type StepResult } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { addSquares, scaled } from "./vectors.js";

/** The L2 norm of all gradients as one vector. */
export function globalNorm(gradients: Parameters): number {
  return Math.sqrt(Object.values(gradients).reduce(addSquares, 0));
}

/**
 * Gradients scaled down, all by one factor, so that their global norm is at most `maxNorm`; shorter ones stay as they are.
 * @returns the gradients, and the norm before clipping
 * @see Pascanu et al. 2013, arXiv:1211.5063, section 3.2
 */
export function clipByGlobalNorm(
  gradients: Parameters,
  maxNorm: number,
): { readonly gradients: Parameters; readonly norm: number } {
  const norm = globalNorm(gradients);
  if (!(norm > maxNorm)) return { gradients, norm };
  const factor = maxNorm / norm;
  const clipped = Object.entries(gradients).map(
    ([name, gradient]) => [name, scaled(gradient, factor)] as const,
  );
  return { gradients: Object.fromEntries(clipped), norm };
}

/** The part of a step's result that can be added up. */
export type Contribution = Pick<StepResult, "loss" | "count" | "gradients">;

/**
 * The results of several batches as that of their union: means weighted by `count`, so that a batch may be cut into parts of
 * any size without changing the update.
 * @throws {DataError} when no batch has anything to take the mean over
 */
export function accumulate(results: readonly Contribution[]): Contribution {
  const parts = results.filter(({ count }) => count > 0);
  const [first, ...rest] = parts;
  if (first === undefined) {
    throw new DataError(
      "A batch has nothing to learn from: the loss is a mean over no targets. Check its labels.",
    );
  }
  if (rest.length === 0) return first;

  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const loss = parts.reduce((sum, part) => sum + (part.count / count) * part.loss, 0);
  const gradients = Object.entries(first.gradients).map(([name, { shape, data }]) => {
    const sum = new Float64Array(data.length);
    for (const part of parts) addScaled(sum, part.gradients[name]?.data, part.count / count);
    return [name, tensor("float32", shape, Float32Array.from(sum))] as const;
  });
  return { loss, count, gradients: Object.fromEntries(gradients) };
}

function addScaled(sum: Float64Array, values: Float32Array | undefined, factor: number): void {
  values?.forEach((value, i) => {
    sum[i] = (sum[i] as number) + factor * value;
  });
}
