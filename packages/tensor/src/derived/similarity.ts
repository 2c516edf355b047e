import type { Ops } from "@incipit/core";

/** Shorter vectors are divided by this instead of their length, so that a zero vector stays zero with a zero gradient. */
const SHORTEST = 1e-12;

/**
 * Vectors of length 1 along the last axis: `x / max(‖x‖₂, ε)`.
 * @param x `[…, width]`
 */
export function l2Normalize<T>(ops: Ops<T>, x: T): T {
  const squares = ops.sum(ops.mul(x, x), [-1], true);
  return ops.div(x, ops.sqrt(ops.maximum(squares, ops.scalar(SHORTEST ** 2))));
}

/**
 * The cosine of every row of `a` with every row of `b`: `aᵢ·bⱼ / (‖aᵢ‖ ‖bⱼ‖)`.
 * @param a `[batch, width]`
 * @param b `[labels, width]`
 * @returns `[batch, labels]`
 */
export function cosineSimilarity<T>(ops: Ops<T>, a: T, b: T): T {
  return ops.matmul(l2Normalize(ops, a), ops.transpose(l2Normalize(ops, b), [1, 0]));
}
