/** @file Rows: a tensor's entries along its first axis, as batches of examples and tables of features have them. */
import { type DType, type DTypeArrays, type HostTensor, ShapeError } from "@incipit/core";
import { ARRAYS, hostTensor } from "./create.js";
import { isPacked } from "./int4.js";
import { formatTensor, sizeOf } from "./shape.js";

/**
 * Rows `start` to `end` (not included, all the rest by default; bounds as in `Array.prototype.slice`) as a view of the
 * same memory.
 * @throws {ShapeError} when the tensor is a scalar, or two of its elements share a byte
 */
export function sliceRows<D extends DType>(
  tensor: HostTensor<D>,
  start: number,
  end?: number,
): HostTensor<D> {
  const { rows, rest, width } = layout("sliceRows", tensor);
  const bound = (row: number) => Math.min(Math.max(row < 0 ? rows + row : row, 0), rows);
  const from = bound(start);
  const to = Math.max(from, bound(end ?? rows));
  return hostTensor(dtypeOf(tensor), [to - from, ...rest], part(tensor, from * width, to * width));
}

/**
 * These rows, in this order, copied; one may come more than once.
 * @throws {ShapeError} when the tensor is a scalar or a row does not exist
 */
export function takeRows<D extends DType>(tensor: HostTensor<D>, indices: readonly number[]): HostTensor<D> {
  const { rows, rest, width } = layout("takeRows", tensor);
  const result = new ARRAYS[dtypeOf(tensor)](indices.length * width);
  indices.forEach((index, position) => {
    if (!Number.isInteger(index) || index < 0 || index >= rows) {
      throw new ShapeError(
        `takeRows: ${formatTensor(tensor)} has no row ${index}; rows are 0 to ${rows - 1}.`,
        {
          details: { index, rows },
        },
      );
    }
    copy(part(tensor, index * width, (index + 1) * width), result, position * width);
  });
  return hostTensor(dtypeOf(tensor), [indices.length, ...rest], result);
}

/**
 * The rows of all parts, one part after the other.
 * @throws {ShapeError} when there is no part, or when dtypes or row shapes differ
 */
export function concatRows<D extends DType>(parts: readonly HostTensor<D>[]): HostTensor<D> {
  const [first] = parts;
  if (first === undefined) throw new ShapeError("concatRows: there must be at least one part, got none.");
  const { rest, width } = layout("concatRows", first);
  const total = parts.reduce((sum, tensor) => {
    const { rows, rest: own } = layout("concatRows", tensor);
    if (tensor.dtype !== first.dtype || own.join() !== rest.join()) {
      throw new ShapeError(
        `concatRows: parts must agree in dtype and in all sizes but the first, got ${formatTensor(first)} and ` +
          `${formatTensor(tensor)}; pad or convert them first.`,
      );
    }
    return sum + rows;
  }, 0);
  const result = new ARRAYS[dtypeOf(first)](total * width);
  let offset = 0;
  for (const tensor of parts) {
    const { length } = tensor.data;
    copy(part(tensor, 0, length), result, offset);
    offset += length;
  }
  return hostTensor(dtypeOf(first), [total, ...rest], result);
}

function layout(where: string, tensor: HostTensor) {
  if (isPacked(tensor.dtype)) {
    throw new ShapeError(
      `${where}: rows of ${formatTensor(tensor)} may begin within a byte; make it float32 first.`,
    );
  }
  const [rows, ...rest] = tensor.shape;
  if (rows === undefined) {
    throw new ShapeError(`${where}: a scalar (${formatTensor(tensor)}) has no rows; give it a first axis.`);
  }
  return { rows, rest, width: sizeOf(rest) };
}

function dtypeOf<D extends DType>(tensor: HostTensor<D>): D {
  return tensor.dtype as D;
}

function part<D extends DType>(tensor: HostTensor<D>, from: number, to: number): DTypeArrays[D] {
  return tensor.data.subarray(from, to) as DTypeArrays[D];
}

function copy<D extends DType>(source: DTypeArrays[D], target: DTypeArrays[D], offset: number): void {
  (target as { set(from: DTypeArrays[D], offset: number): void }).set(source, offset);
}
