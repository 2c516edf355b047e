import { type DType, type DTypeArrays } from "@incipit/core";

/** The dtypes that a safetensors file can hold: not those of which two elements share a byte. */
export type StoredDType = Exclude<DType, "int4" | "uint4">;

interface Format<D extends StoredDType> {
  /** The name in a safetensors header. */
  readonly name: string;
  /** Bytes per element. */
  readonly size: number;
  readonly array: (buffer: ArrayBuffer) => DTypeArrays[D];
}

/** Every such dtype's safetensors form, in the order of the reference implementation, which writes the last first. */
export const formats: { readonly [D in StoredDType]: Format<D> } = {
  bool: { name: "BOOL", size: 1, array: (buffer) => new Uint8Array(buffer) },
  uint8: { name: "U8", size: 1, array: (buffer) => new Uint8Array(buffer) },
  int8: { name: "I8", size: 1, array: (buffer) => new Int8Array(buffer) },
  int16: { name: "I16", size: 2, array: (buffer) => new Int16Array(buffer) },
  uint16: { name: "U16", size: 2, array: (buffer) => new Uint16Array(buffer) },
  float16: { name: "F16", size: 2, array: (buffer) => new Uint16Array(buffer) },
  bfloat16: { name: "BF16", size: 2, array: (buffer) => new Uint16Array(buffer) },
  int32: { name: "I32", size: 4, array: (buffer) => new Int32Array(buffer) },
  uint32: { name: "U32", size: 4, array: (buffer) => new Uint32Array(buffer) },
  float32: { name: "F32", size: 4, array: (buffer) => new Float32Array(buffer) },
  float64: { name: "F64", size: 8, array: (buffer) => new Float64Array(buffer) },
  int64: { name: "I64", size: 8, array: (buffer) => new BigInt64Array(buffer) },
  uint64: { name: "U64", size: 8, array: (buffer) => new BigUint64Array(buffer) },
};

/** All of them, in the order of `formats`. */
export const dtypes = Object.keys(formats) as readonly StoredDType[];

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}
