import type { Ops } from "@incipit/core";

/**
 * An affine map of the last axis: `x Wᵀ + b`.
 * @param x `[…, in]`, two axes or more
 * @param weight `[out, in]`
 * @param bias `[out]`
 * @returns `[…, out]`
 */
export function linear<T>(ops: Ops<T>, x: T, weight: T, bias?: T): T {
  const product = ops.matmul(x, ops.transpose(weight, [1, 0]));
  return bias === undefined ? product : ops.add(product, bias);
}
