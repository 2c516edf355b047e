import { type DType, type DTypeArrays } from "@incipit/core";

/** The dtypes that a safetensors file can hold: not those of which two elements share a byte. */
export type StoredDType = Exclude<DType, "int4" | "uint4">;

interface Format<D extends StoredDType> {
  /** The name in a safetensors header. */
  readonly name: string;
  /** Bytes per element. */
  readonly size: number;
  /** A view of memory, all of it by default; `start` is in bytes, `length` in elements. */
  readonly array: (buffer: ArrayBuffer, start?: number, length?: number) => DTypeArrays[D];
}

/** Every such dtype's safetensors form, in the order of the reference implementation, which writes the last first. */
export const formats: { readonly [D in StoredDType]: Format<D> } = {
  bool: { name: "BOOL", size: 1, array: (...view) => new Uint8Array(...view) },
  uint8: { name: "U8", size: 1, array: (...view) => new Uint8Array(...view) },
  int8: { name: "I8", size: 1, array: (...view) => new Int8Array(...view) },
  int16: { name: "I16", size: 2, array: (...view) => new Int16Array(...view) },
  uint16: { name: "U16", size: 2, array: (...view) => new Uint16Array(...view) },
  float16: { name: "F16", size: 2, array: (...view) => new Uint16Array(...view) },
  bfloat16: { name: "BF16", size: 2, array: (...view) => new Uint16Array(...view) },
  int32: { name: "I32", size: 4, array: (...view) => new Int32Array(...view) },
  uint32: { name: "U32", size: 4, array: (...view) => new Uint32Array(...view) },
  float32: { name: "F32", size: 4, array: (...view) => new Float32Array(...view) },
  float64: { name: "F64", size: 8, array: (...view) => new Float64Array(...view) },
  int64: { name: "I64", size: 8, array: (...view) => new BigInt64Array(...view) },
  uint64: { name: "U64", size: 8, array: (...view) => new BigUint64Array(...view) },
};

/** All of them, in the order of `formats`. */
export const dtypes = Object.keys(formats) as readonly StoredDType[];

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}
