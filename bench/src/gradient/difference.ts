import type { StepResult } from "@incipit/core";

/** How far one step's loss and gradient are from another's. */
export interface Difference {
  /** Cosine of the two gradients. */
  readonly cosine: number;
  /** ‖g − g′‖ / ‖g′‖ */
  readonly relativeError: number;
  /** |loss − loss′| / loss′ */
  readonly loss: number;
}

/** What is compared of a step: its loss, and the gradient of one parameter. */
export type Compared = Pick<StepResult, "loss"> & { readonly gradient: Float32Array };

/** How far `actual` is from `expected`. */
export function difference(actual: Compared, expected: Compared): Difference {
  const [size, expectedSize] = [norm(actual.gradient), norm(expected.gradient)];
  return {
    cosine: dot(actual.gradient, expected.gradient) / (size * expectedSize),
    relativeError:
      norm(actual.gradient.map((value, i) => value - (expected.gradient[i] ?? 0))) / expectedSize,
    loss: Math.abs(actual.loss - expected.loss) / expected.loss,
  };
}

/** Several differences as one: means, and the worst cosine. */
export function summarize(differences: readonly Difference[]) {
  const mean = (of: (one: Difference) => number) =>
    differences.reduce((sum, one) => sum + of(one), 0) / differences.length;
  return {
    cosine: mean(({ cosine }) => cosine),
    worstCosine: Math.min(...differences.map(({ cosine }) => cosine)),
    relativeError: mean(({ relativeError }) => relativeError),
    loss: mean(({ loss }) => loss),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

function norm(values: Float32Array): number {
  return Math.sqrt(dot(values, values));
}
