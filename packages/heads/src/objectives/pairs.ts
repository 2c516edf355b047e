/** @file Losses over pairs of texts: rows 2i and 2i + 1 of a batch are a pair. */
import type { Objective, Ops } from "@incipit/core";
import { l2Normalize, named } from "@incipit/tensor";

/** The head's vector of each text, `[batch, width]`. */
const EMBEDDING = "embedding";

const ofPairs = { rowsPerExample: 2, wholeBatch: true } as const;

/**
 * Pairs as similar as they are said to be: `mean((cos(x₂ᵢ, x₂ᵢ₊₁) - score)²)`.
 * Output read: `embedding` `[batch, width]`; target: `scores` `[batch]` float32, a pair's score at both of its rows.
 * @see Reimers & Gurevych 2019, arXiv:1908.10084, section 3 (regression objective)
 */
export function cosineSimilarityLoss(): Objective {
  return {
    ...ofPairs,
    targets: [{ name: "scores", dtype: "float32", shape: ["batch"] }],
    build(ops, { outputs, targets }) {
      const [first, second] = sides(ops, l2Normalize(ops, named(outputs, EMBEDDING)));
      const scores = named(targets, "scores");
      const error = ops.sub(
        ops.sum(ops.mul(first, second), [1]),
        ops.reshape(ops.slice(ops.reshape(scores, [-1, 2]), 1, 0, 1), [-1]),
      );
      return { total: ops.sum(ops.mul(error, error), [0]), count: lengthOf(ops, error) };
    },
  };
}

/**
 * Each first text nearer to its own second text than to those of all other pairs of the batch: cross-entropy of
 * `scale · cos(x₂ᵢ, x₂ⱼ₊₁)` with `i`, mean over the pairs. The scale is the inverse of what InfoNCE calls temperature.
 * Output read: `embedding` `[batch, width]`; no targets.
 * @param options scale: what cosines are multiplied by; 20 by default
 * @see Henderson et al. 2017, arXiv:1705.00652, section 4.4 (multiple negatives)
 * @see van den Oord et al. 2018, arXiv:1807.03748, equation 4 (InfoNCE)
 */
export function multipleNegativesRanking(options: { readonly scale?: number } = {}): Objective {
  const { scale = 20 } = options;
  return {
    ...ofPairs,
    targets: [],
    build(ops, { outputs }) {
      const [first, second] = sides(ops, l2Normalize(ops, named(outputs, EMBEDDING)));
      const own = ops.mul(ops.sum(ops.mul(first, second), [1]), ops.scalar(scale));
      const all = ops.mul(ops.matmul(first, ops.transpose(second, [1, 0])), ops.scalar(scale));
      // log Σⱼ eˢⁱʲ, as what any entry of a row is above its logarithm of the softmax.
      const column = (x: typeof all) => ops.reshape(ops.slice(x, 1, 0, 1), [-1]);
      const normalizers = ops.sub(column(all), column(ops.logSoftmax(all, 1)));
      return { total: ops.sum(ops.sub(normalizers, own), [0]), count: lengthOf(ops, own) };
    },
  };
}

/** The first and the second texts of all pairs, each `[pairs, width]`. */
function sides<T>(ops: Ops<T>, rows: T): readonly [T, T] {
  const width = { of: rows, axis: 1 };
  const pairs = ops.reshape(rows, [-1, 2, width]);
  const side = (i: number) => ops.reshape(ops.slice(pairs, 1, i, i + 1), [-1, width]);
  return [side(0), side(1)];
}

/** The number of entries of a vector, a float32 scalar. */
function lengthOf<T>(ops: Ops<T>, vector: T): T {
  return ops.sum(ops.expand(ops.scalar(1), [{ of: vector, axis: 0 }]), [0]);
}
