import type { Dim, Ops } from "@incipit/core";
import { sizeOf } from "@incipit/onnx";
import { fromHost } from "../reference/convert.js";
import { erf } from "../reference/special-functions.js";
import {
  at,
  axisOf,
  broadcastShapes,
  broadcastTo,
  build,
  dimOf,
  map,
  mapLines,
  reduce,
  reshape,
  scalar,
  type Tensor,
} from "../reference/tensor.js";

const { abs, exp, log, max, min, sqrt, SQRT1_2, tanh, trunc } = Math;

const casts: Readonly<Record<Parameters<Ops<Tensor>["cast"]>[1], (x: number) => number>> = {
  float32: (x) => x,
  int32: trunc,
  int64: trunc,
  bool: (x) => Number(x !== 0),
};

/**
 * The third interpreter of `Ops<T>`, for tests alone: eager, naive, in float64, each operation as its definition reads.
 * What it gives is the truth that the others are compared with, in values and, by finite differences, in gradients.
 */
export const referenceOps: Ops<Tensor> = {
  constant: fromHost,
  scalar: (value) => scalar("float32", value),

  add: elementwise((a, b) => a + b),
  sub: elementwise((a, b) => a - b),
  mul: elementwise((a, b) => a * b),
  div: elementwise((a, b) => a / b),
  maximum: elementwise(max),
  minimum: elementwise(min),

  neg: elementwise((x) => -x),
  abs: elementwise(abs),
  exp: elementwise(exp),
  log: elementwise(log),
  sqrt: elementwise(sqrt),
  tanh: elementwise(tanh),
  sigmoid: elementwise((x) => 1 / (1 + exp(-x))),
  relu: elementwise((x) => max(x, 0)),
  erf: elementwise(erf),
  gelu: elementwise((x) => (x / 2) * (1 + erf(x * SQRT1_2))),

  equal: comparison((a, b) => a === b),
  less: comparison((a, b) => a < b),
  greater: comparison((a, b) => a > b),
  not: comparison((x) => x === 0),
  and: comparison((a, b) => a !== 0 && b !== 0),
  where: (condition, a, b) => map(a.dtype, [condition, a, b], (yes, x, y) => (yes === 0 ? y : x)),
  cast: (x, dtype) => map(dtype, [x], casts[dtype]),

  matmul: (a, b) => {
    const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [left, right] = [a, b].map((x) => broadcastTo(x, [...lead, ...x.shape.slice(-2)])) as [
      Tensor,
      Tensor,
    ];
    const inner = range(dimOf(a, -1));
    return build(a.dtype, [...lead, dimOf(a, -2), dimOf(b, -1)], (index) => {
      const [batch, row, column] = [index.slice(0, -2), index.at(-2) as number, index.at(-1) as number];
      return sum(inner.map((i) => at(left, [...batch, row, i]) * at(right, [...batch, i, column])));
    });
  },
  transpose: (x, permutation) =>
    build(
      x.dtype,
      permutation.map((axis) => dimOf(x, axis)),
      (index) =>
        at(
          x,
          x.shape.map((_, axis) => index[permutation.indexOf(axis)] as number),
        ),
    ),
  reshape: (x, dims) => {
    const shape = sizes(dims);
    const known = sizeOf(shape.filter((size) => size !== -1));
    return reshape(
      x,
      shape.map((size) => (size === -1 ? x.data.length / known : size)),
    );
  },
  expand: (x, shape) => broadcastTo(x, sizes(shape)),
  concat: (parts, axis) => {
    const [first] = parts as readonly [Tensor];
    const along = axisOf(axis, first.shape.length);
    const rows = parts.flatMap((part) => range(dimOf(part, along)).map((row) => ({ part, row })));
    return build(first.dtype, first.shape.with(along, rows.length), (index) => {
      const { part, row } = rows[index[along] as number] as (typeof rows)[number];
      return at(part, index.with(along, row));
    });
  },
  slice: (x, axis, start, end) => {
    const along = axisOf(axis, x.shape.length);
    const rows = range(dimOf(x, along)).slice(start, end);
    return build(x.dtype, x.shape.with(along, rows.length), (index) =>
      at(x, index.with(along, rows[index[along] as number] as number)),
    );
  },
  gather: (x, indices, axis) => {
    const along = axisOf(axis, x.shape.length);
    const rank = indices.shape.length;
    return build(x.dtype, x.shape.toSpliced(along, 1, ...indices.shape), (index) =>
      at(x, index.toSpliced(along, rank, at(indices, index.slice(along, along + rank)))),
    );
  },
  gatherElements: (x, indices, axis) =>
    build(x.dtype, indices.shape, (index) =>
      at(x, index.with(axisOf(axis, x.shape.length), at(indices, index))),
    ),
  gatherRows: (x, indices) =>
    build(x.dtype, [...indices.shape, ...x.shape.slice(2)], (index) =>
      at(x, index.with(1, at(indices, index.slice(0, 2)))),
    ),
  oneHot: (indices, depth) =>
    build("float32", [...indices.shape, depth], (index) =>
      Number(at(indices, index.slice(0, -1)) === index.at(-1)),
    ),

  sum: reduction(sum),
  mean: reduction((values) => sum(values) / values.length),
  max: reduction((values) => max(...values)),
  argMax: (x, axis) => reduce(x, [axis], false, (values) => values.indexOf(max(...values)), "int64"),

  softmax: (x, axis) => mapLines(x, axis, softmax),
  logSoftmax: (x, axis) => mapLines(x, axis, (line) => softmax(line).map(log)),
  layerNorm: (x, scale, bias, epsilon) => {
    const normal = mapLines(x, -1, (line) => {
      const mean = sum(line) / line.length;
      const variance = sum(line.map((value) => (value - mean) ** 2)) / line.length;
      return line.map((value) => (value - mean) / sqrt(variance + epsilon));
    });
    return map(x.dtype, [normal, scale, bias], (value, factor, shift) => value * factor + shift);
  },
};

function elementwise(f: (...elements: number[]) => number) {
  return (...tensors: Tensor[]) => map((tensors[0] as Tensor).dtype, tensors, f);
}

function comparison(f: (...elements: number[]) => boolean) {
  return (...tensors: Tensor[]) => map("bool", tensors, (...elements) => Number(f(...elements)));
}

function reduction(f: (values: readonly number[]) => number) {
  return (x: Tensor, axes: readonly number[], keepDims = false) => reduce(x, axes, keepDims, f);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function softmax(line: readonly number[]): number[] {
  const largest = max(...line);
  const powers = line.map((value) => exp(value - largest));
  return powers.map((power) => power / sum(powers));
}

function sizes(dims: readonly Dim<Tensor>[]): number[] {
  return dims.map((dim) => (typeof dim === "number" ? dim : dimOf(dim.of, dim.axis)));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
