import { type DType, type DTypeArrays, type HostTensor, ShapeError } from "@incipit/core";
import { toBfloat16Bits, toFloat16Bits } from "./float16.js";
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
};

/**
 * A tensor of these values. The dtype's own typed array is used as it is, without a copy; a plain list is converted
 * (for 16-bit floats: rounded).
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
  const expected = sizeOf(shape);
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
  return hostTensor(dtype, shape, new ARRAYS[dtype](sizeOf(shape)));
}

/** A tensor whose elements are all `value`. @throws {ShapeError} when the dtype cannot hold it */
export function full<D extends DType>(dtype: D, shape: readonly number[], value: Element): HostTensor<D> {
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
  return array;
}

/** What is stored for `value`: bits for 16-bit floats, bigints for 64-bit integers; undefined where there is nothing. */
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
      return Number(value) === 0 || Number(value) === 1 ? Number(value) : undefined;
    default:
      return Number(value);
  }
}
