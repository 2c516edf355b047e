import type { Ops } from "@incipit/core";

/**
 * The mean over the positions that the mask keeps: `Σₚ mₚ xₚ / max(Σₚ mₚ, 1)`, zero where it keeps none.
 * @param x `[batch, positions, width]`
 * @param mask `[batch, positions]` of zeros and ones, any dtype
 * @returns `[batch, width]`
 */
export function maskedMean<T>(ops: Ops<T>, x: T, mask: T): T {
  const kept = ops.cast(mask, "float32");
  const column = ops.reshape(kept, [{ of: mask, axis: 0 }, { of: mask, axis: 1 }, 1]);
  const count = ops.maximum(ops.sum(kept, [1], true), ops.scalar(1));
  return ops.div(ops.sum(ops.mul(x, column), [1]), count);
}
