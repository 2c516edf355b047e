/** @file The tensors that kernels work on, and the few operations on shapes that most kernels need. */
import { ShapeError, type DType } from "@incipit/core";
import { sizeOf } from "@incipit/onnx";

/** A tensor inside the evaluator: whatever its dtype, its elements are float64 numbers in row-major order. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The position of an element, one number per axis. */
export type Coordinates = readonly number[];

/** @throws {ShapeError} when the number of elements is not the shape's */
export function tensor(dtype: DType, shape: readonly number[], elements: ArrayLike<number>): Tensor {
  if (elements.length !== sizeOf(shape)) {
    throw new ShapeError(`expected ${sizeOf(shape)} elements for [${shape.join()}], got ${elements.length}`);
  }
  return { dtype, shape, data: Float64Array.from(elements) };
}

/** A rank-0 tensor. */
export function scalar(dtype: DType, value: number): Tensor {
  return tensor(dtype, [], [value]);
}

/** An int64 vector: a shape, a list of axes… */
export function vector(values: readonly number[]): Tensor {
  return tensor("int64", [values.length], values);
}

/** The elements as a plain list: the value of a shape or axes input. */
export function listOf(x: Tensor): number[] {
  return Array.from(x.data);
}

export function isFloat(dtype: DType): boolean {
  return dtype.includes("float");
}

/** An axis counted from the front. @throws {ShapeError} when there is no such axis */
export function axisOf(axis: number, rank: number): number {
  if (axis < -rank || axis >= rank) throw new ShapeError(`axis ${axis} is out of range for rank ${rank}`);
  return axis < 0 ? axis + rank : axis;
}

/** The size along an axis, which may be negative. */
export function dimOf(x: Tensor, axis: number): number {
  return x.shape[axisOf(axis, x.shape.length)] as number;
}

/** Calls `see` with every position of `shape` in row-major order. The array is reused: copy it to keep it. */
export function visit(shape: readonly number[], see: (index: Coordinates, offset: number) => void): void {
  const index = shape.map(() => 0);
  const size = sizeOf(shape);
  for (let offset = 0; offset < size; offset++) {
    see(index, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
    }
  }
}

/** The tensor whose element at each position is `element(position)`. */
export function build(
  dtype: DType,
  shape: readonly number[],
  element: (index: Coordinates) => number,
): Tensor {
  const data = new Float64Array(sizeOf(shape));
  visit(shape, (index, offset) => {
    data[offset] = element(index);
  });
  return { dtype, shape, data };
}

/** Where the element at `index` lies. @throws {ShapeError} when the position is outside `shape` */
export function offsetOf(shape: readonly number[], index: Coordinates): number {
  if (index.length !== shape.length) {
    throw new ShapeError(`position [${index.join()}] does not have the rank of shape [${shape.join()}]`);
  }
  let offset = 0;
  for (const [axis, dim] of shape.entries()) {
    const i = index[axis] as number;
    if (i < 0 || i >= dim) {
      throw new ShapeError(`position [${index.join()}] is outside shape [${shape.join()}]`);
    }
    offset = offset * dim + i;
  }
  return offset;
}

/** The element at `index`. @throws {ShapeError} when the position is outside the tensor */
export function at(x: Tensor, index: Coordinates): number {
  return x.data[offsetOf(x.shape, index)] as number;
}

/** The shape that all of these broadcast to, as NumPy has it. @throws {ShapeError} when there is none */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const dims = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const dim = dims.find((size) => size !== 1) ?? 1;
    if (dims.some((size) => size !== 1 && size !== dim)) {
      throw new ShapeError(
        `shapes ${shapes.map((shape) => `[${shape.join()}]`).join(" and ")} do not broadcast`,
      );
    }
    return dim;
  });
}

/** Repeats `x` along its axes of size 1, and along new axes in front, so that it has `shape`. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.length === shape.length && x.shape.every((dim, axis) => dim === shape[axis])) return x;
  const lead = shape.length - x.shape.length;
  if (lead < 0 || broadcastShapes(x.shape, shape).some((dim, axis) => dim !== shape[axis])) {
    throw new ShapeError(`shape [${x.shape.join()}] does not broadcast to [${shape.join()}]`);
  }
  return build(x.dtype, shape, (index) =>
    at(
      x,
      x.shape.map((dim, axis) => (dim === 1 ? 0 : (index[lead + axis] as number))),
    ),
  );
}

/** `f` of the elements at each position of the tensors broadcast together. */
export function map(
  dtype: DType,
  tensors: readonly Tensor[],
  f: (...elements: readonly number[]) => number,
): Tensor {
  const shape = broadcastShapes(...tensors.map((x) => x.shape));
  const columns = tensors.map((x) => broadcastTo(x, shape).data);
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
    f(...columns.map((column) => column[i] as number)),
  );
  return { dtype, shape, data };
}

/** The same elements under another shape. @throws {ShapeError} when it has another number of elements */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  return tensor(x.dtype, shape, x.data);
}

/**
 * `f` of the elements along `axes`, for each position on the other axes. Reduced axes are kept with size 1 or dropped.
 */
export function reduce(
  x: Tensor,
  axes: readonly number[],
  keepDims: boolean,
  f: (elements: readonly number[]) => number,
  dtype: DType = x.dtype,
): Tensor {
  const reduced = new Set(axes.map((axis) => axisOf(axis, x.shape.length)));
  const kept = x.shape.map((dim, axis) => (reduced.has(axis) ? 1 : dim));
  const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  visit(x.shape, (index, offset) => {
    const group = offsetOf(
      kept,
      index.map((i, axis) => (reduced.has(axis) ? 0 : i)),
    );
    groups[group]?.push(x.data[offset] as number);
  });
  const shape = keepDims ? kept : x.shape.filter((_, axis) => !reduced.has(axis));
  return tensor(dtype, shape, groups.map(f));
}

/** Every line of elements along `axis`, replaced by what `f` makes of it; `f` may change its length to `size`. */
export function mapLines(
  x: Tensor,
  axis: number,
  f: (line: readonly number[]) => readonly number[],
  size = dimOf(x, axis),
  dtype: DType = x.dtype,
): Tensor {
  const along = axisOf(axis, x.shape.length);
  const shape = x.shape.with(along, size);
  const data = new Float64Array(sizeOf(shape));
  visit(x.shape.with(along, 1), (start) => {
    const line = Array.from({ length: dimOf(x, axis) }, (_, i) => at(x, start.with(along, i)));
    for (const [i, value] of f(line).entries()) data[offsetOf(shape, start.with(along, i))] = value;
  });
  return { dtype, shape, data };
}
