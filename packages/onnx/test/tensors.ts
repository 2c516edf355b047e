/** @file Short ways to write tensors in tests. */
import type { HostTensor } from "@incipit/core";

export function float32(shape: readonly number[], values: Iterable<number>): HostTensor<"float32"> {
  return { dtype: "float32", shape, data: Float32Array.from(values) };
}

/** `0.1, 0.2, …`: different everywhere, and no integers. */
export function ramp(...shape: number[]): HostTensor<"float32"> {
  const size = shape.reduce((product, n) => product * n, 1);
  return float32(
    shape,
    Array.from({ length: size }, (_, i) => (i + 1) / 10),
  );
}

export function int64Tensor(shape: readonly number[], values: readonly number[]): HostTensor<"int64"> {
  return { dtype: "int64", shape, data: BigInt64Array.from(values, BigInt) };
}
