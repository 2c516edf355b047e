/** @file The op algebra. Prompt modules, heads and objectives are written once against `Ops<T>` and run by any interpreter. */
import type { DType, HostTensor } from "./host-tensor.js";

/** A size: a number, or "as long as that value's axis". The second form keeps batch and sequence dynamic. */
export type Dim<T> = number | { readonly of: T; readonly axis: number };

/**
 * Tensor operations over a carrier `T`: a `tf.Tensor` that is computed at once, or a value of an ONNX graph under
 * construction. Binary operations broadcast as NumPy does. Axes may be negative, counted from the end. Comparisons give
 * `bool`. Everything here is differentiable where calculus says so.
 */
export interface Ops<T> {
  /** A fixed tensor. */
  constant(tensor: HostTensor): T;
  /** A float32 scalar, shape `[]`. */
  scalar(value: number): T;

  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  maximum(a: T, b: T): T;
  minimum(a: T, b: T): T;

  neg(x: T): T;
  abs(x: T): T;
  exp(x: T): T;
  log(x: T): T;
  sqrt(x: T): T;
  tanh(x: T): T;
  sigmoid(x: T): T;
  relu(x: T): T;
  erf(x: T): T;
  /** x·Φ(x), the exact form: `x * 0.5 * (1 + erf(x / √2))`. @see Hendrycks & Gimpel 2016, arXiv:1606.08415 */
  gelu(x: T): T;

  equal(a: T, b: T): T;
  less(a: T, b: T): T;
  greater(a: T, b: T): T;
  not(x: T): T;
  and(a: T, b: T): T;
  /** `condition ? a : b`, element by element, broadcasting all three. */
  where(condition: T, a: T, b: T): T;
  cast(x: T, dtype: Extract<DType, "float32" | "int32" | "int64" | "bool">): T;

  /** Matrix product over the last two axes; leading axes broadcast. `[…, m, k] × […, k, n] → […, m, n]` */
  matmul(a: T, b: T): T;
  /** Axis `i` of the result is axis `permutation[i]` of `x`. */
  transpose(x: T, permutation: readonly number[]): T;
  /** At most one size may be -1 and is then inferred. */
  reshape(x: T, shape: readonly Dim<T>[]): T;
  /** Broadcast `x` to `shape`. */
  expand(x: T, shape: readonly Dim<T>[]): T;
  concat(parts: readonly T[], axis: number): T;
  /** `x[…, start:end, …]` on one axis; negative bounds count from the end, no `end` means to the end. */
  slice(x: T, axis: number, start: number, end?: number): T;
  /** Rows of `x` along `axis`: the result's shape is `x`'s with that axis replaced by the shape of `indices`. */
  gather(x: T, indices: T, axis: number): T;
  /** One element per index along `axis`: `indices` has `x`'s rank, as `take_along_axis` in NumPy. */
  gatherElements(x: T, indices: T, axis: number): T;
  /** Of each example rows of its own: `[batch, rows, …]` by int64 `[batch, n]` → `[batch, n, …]`. */
  gatherRows(x: T, indices: T): T;
  /** `[…] → […, depth]`, float32 zeros and ones. */
  oneHot(indices: T, depth: number): T;

  sum(x: T, axes: readonly number[], keepDims?: boolean): T;
  mean(x: T, axes: readonly number[], keepDims?: boolean): T;
  max(x: T, axes: readonly number[], keepDims?: boolean): T;
  /** Index of the largest entry along `axis`, int64 (int32 where the carrier has no int64); the axis is dropped. */
  argMax(x: T, axis: number): T;

  softmax(x: T, axis: number): T;
  logSoftmax(x: T, axis: number): T;
  /** Over the last axis: `(x - mean) / √(variance + epsilon) * scale + bias`. @see Ba et al. 2016, arXiv:1607.06450 */
  layerNorm(x: T, scale: T, bias: T, epsilon: number): T;
}
