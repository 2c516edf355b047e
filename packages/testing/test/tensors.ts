import type { HostTensor } from "@incipit/core";
import { int64, sizeOf } from "@incipit/onnx";

/** A float32 tensor with the given elements; without a shape, a vector. */
export function floats(
  data: readonly number[],
  shape: readonly number[] = [data.length],
): HostTensor<"float32"> {
  return { dtype: "float32", shape, data: Float32Array.from(data) };
}

/** An int64 tensor with the given elements; without a shape, a vector. */
export function ints(data: readonly number[], shape: readonly number[] = [data.length]): HostTensor<"int64"> {
  return { ...int64(data), shape };
}

/** A uint8 tensor with the given elements; without a shape, a vector. */
export function uint8(
  data: readonly number[],
  shape: readonly number[] = [data.length],
): HostTensor<"uint8"> {
  return { dtype: "uint8", shape, data: Uint8Array.from(data) };
}

/** The same numbers as int32. */
export function int32({ shape, data }: HostTensor<"int64">): HostTensor<"int32"> {
  return { dtype: "int32", shape, data: Int32Array.from(data, Number) };
}

/** Numbers all different, in no order. */
export function distinct(shape: readonly number[]): HostTensor<"float32"> {
  const size = sizeOf(shape);
  return floats(
    Array.from({ length: size }, (_, i) => ((i * 7919) % 1009) / 10 - 50),
    shape,
  );
}
