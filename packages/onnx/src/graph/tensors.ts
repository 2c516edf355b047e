/** @file Element types and host tensors, as ONNX sees them. */
import { type DType, type DTypeArrays, type HostTensor } from "@incipit/core";

/** ONNX's numbers for element types (TensorProto.DataType). */
export const DATA_TYPE = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  uint4: 21,
  int4: 22,
} as const satisfies Record<DType, number>;

const DTYPES: ReadonlyMap<number, DType> = new Map(
  Object.entries(DATA_TYPE).map(([dtype, number]) => [number, dtype as DType]),
);

/** The element type that ONNX gives this number, if it is one of ours. */
export function dtypeOf(dataType: number): DType | undefined {
  return DTYPES.get(dataType);
}

interface ArrayType<A> {
  new (length: number): A;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
  readonly BYTES_PER_ELEMENT: number;
}

const ARRAYS: { readonly [D in DType]: ArrayType<DTypeArrays[D]> } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  int4: Uint8Array,
  uint4: Uint8Array,
};

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Length of the array that holds a tensor: its number of elements, or half of it where two share a byte. */
export function dataLength(dtype: DType, shape: readonly number[]): number {
  const size = sizeOf(shape);
  return dtype === "int4" || dtype === "uint4" ? Math.ceil(size / 2) : size;
}

/** Bytes that a tensor takes. */
export function byteLength(dtype: DType, shape: readonly number[]): number {
  return dataLength(dtype, shape) * ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** Row-major little-endian bytes as a tensor: a view where alignment allows, else a copy. */
export function tensorFromBytes(dtype: DType, shape: readonly number[], bytes: Uint8Array): HostTensor {
  const Data = ARRAYS[dtype];
  const aligned = bytes.byteOffset % Data.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  const length = aligned.byteLength / Data.BYTES_PER_ELEMENT;
  return { dtype, shape, data: new Data(aligned.buffer, aligned.byteOffset, length) } as HostTensor;
}

/** A tensor's bytes, row-major and little-endian: a view. */
export function tensorToBytes(tensor: HostTensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** A number as int64: what lies beyond the range becomes its end, so that "to the end" (2^63 - 1) survives as a number. */
export function toInt64(value: number): bigint {
  const integer = BigInt(value);
  return integer > INT64_MAX ? INT64_MAX : integer < INT64_MIN ? INT64_MIN : integer;
}

/** Whole numbers as an int64 tensor of shape `[values.length]`. */
export function int64(values: readonly number[]): HostTensor<"int64"> {
  return { dtype: "int64", shape: [values.length], data: BigInt64Array.from(values, toInt64) };
}

/** `float32[2,3]`, `int64[batch,?]`, or `float32` where the rank is unknown. */
export function formatType(dtype: DType, shape?: readonly (number | string | undefined)[]): string {
  return shape === undefined ? dtype : `${dtype}[${shape.map((dim) => dim ?? "?").join(",")}]`;
}
