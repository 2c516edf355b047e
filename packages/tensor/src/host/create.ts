import { type DType, type DTypeArrays, type HostTensor, ShapeError } from "@incipit/core";
import { toBfloat16Bits, toFloat16Bits } from "./float16.js";
import { isPacked, packInt4 } from "./int4.js";
import { sizeOf } from "./shape.js";

/** One element as it is written in code; `1`, `1n` and `true` are the same to every dtype. */
export type Element = number | bigint | boolean;

/** The typed array of each dtype. */
export const ARRAYS: { readonly [D in DType]: new (length: number) => DTypeArrays[D] } = {
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

/**
 * A tensor of these values. The dtype's own typed array is used as it is, without a copy; a plain list is converted
 * (for 16-bit floats: rounded; for 4-bit integers: packed).
 * @throws {ShapeError} when there are more or fewer values than `shape` has room for, or one that the dtype cannot hold
 */
export function tensor<D extends DType>(
  dtype: D,
  shape: readonly number[],
  values: DTypeArrays[D] | readonly Element[],
): HostTensor<D> {
  if (shape.some((size) => !Number.isInteger(size) || size < 0)) {
    throw new ShapeError(
      `tensor: a shape has whole sizes of 0 or more, got [${shape.join()}]; name every size (there is no -1 here).`,
      { details: { dtype, shape } },
    );
  }
  const size = sizeOf(shape);
  const expected = isList(values) ? size : lengthOf(dtype, size);
  if (values.length !== expected) {
    throw new ShapeError(
      `tensor: ${dtype}[${shape.join()}] holds ${expected} values, got ${values.length}; check the shape.`,
      { details: { dtype, shape, values: values.length } },
    );
  }
  return hostTensor(dtype, shape, isList(values) ? convert(dtype, values) : values);
}

/** A tensor of zeros. */
export function zeros<D extends DType>(dtype: D, shape: readonly number[]): HostTensor<D> {
  return hostTensor(dtype, shape, new ARRAYS[dtype](lengthOf(dtype, sizeOf(shape))));
}

/** A tensor whose elements are all `value`. @throws {ShapeError} when the dtype cannot hold it */
export function full<D extends DType>(dtype: D, shape: readonly number[], value: Element): HostTensor<D> {
  if (isPacked(dtype)) {
    const values = Array.from({ length: sizeOf(shape) }, () => value);
    return hostTensor(dtype, shape, convert(dtype, values));
  }
  const result = zeros(dtype, shape);
  const [element] = convert(dtype, [value]);
  (result.data as { fill(value: unknown): void }).fill(element);
  return result;
}

/** A tensor of one value, shape `[]`. @throws {ShapeError} when the dtype cannot hold it */
export function scalar<D extends DType>(dtype: D, value: Element): HostTensor<D> {
  return tensor(dtype, [], [value]);
}

/** Put the parts together. The compiler cannot see that a dtype and its own array make one member of the union. */
export function hostTensor<D extends DType>(
  dtype: D,
  shape: readonly number[],
  data: DTypeArrays[D],
): HostTensor<D> {
  return { dtype, shape, data } as HostTensor<D>;
}

/** Length of the array that holds so many elements. */
function lengthOf(dtype: DType, elements: number): number {
  return isPacked(dtype) ? Math.ceil(elements / 2) : elements;
}

function isList(values: ArrayLike<unknown>): values is readonly Element[] {
  return Array.isArray(values);
}

function convert<D extends DType>(dtype: D, values: readonly Element[]): DTypeArrays[D] {
  const array = new ARRAYS[dtype](values.length);
  const elements: Record<number, number | bigint> = array;
  const rounds = dtype === "float32" || dtype === "float64";
  values.forEach((value, index) => {
    const element = encode(dtype, value);
    if (element !== undefined) elements[index] = element;
    if (!rounds && elements[index] !== element) {
      throw new ShapeError(
        `tensor: ${dtype} cannot hold ${value}, value ${index} of ${values.length}; choose a wider dtype.`,
        { details: { dtype, index } },
      );
    }
  });
  return isPacked(dtype) ? (packInt4(array as ArrayLike<number>) as DTypeArrays[D]) : array;
}

/**
 * What is stored for `value`: bits for floats of 16 and integers of 4 bits, bigints for 64-bit integers; undefined where there
 * is nothing.
 */
function encode(dtype: DType, value: Element): number | bigint | undefined {
  switch (dtype) {
    case "float16":
      return toFloat16Bits(Number(value));
    case "bfloat16":
      return toBfloat16Bits(Number(value));
    case "int64":
    case "uint64":
      return typeof value !== "number" || Number.isInteger(value) ? BigInt(value) : undefined;
    case "bool":
      return bitsWithin(Number(value), 0, 1);
    case "int4":
      return bitsWithin(Number(value), -8, 7);
    case "uint4":
      return bitsWithin(Number(value), 0, 15);
    default:
      return Number(value);
  }
}

/** The lowest 4 bits of an integer from a range. */
function bitsWithin(value: number, min: number, max: number): number | undefined {
  return Number.isInteger(value) && value >= min && value <= max ? value & 15 : undefined;
}
