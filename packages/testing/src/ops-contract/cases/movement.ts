import type { Ops } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { type CaseTable, type OpCase, opCase } from "../case.js";

/** A computation of one drawn tensor. */
function of(shape: readonly number[], name: string, build: <T>(ops: Ops<T>, x: T) => T): OpCase {
  return opCase({
    name: `[${shape.join()}] ${name}`,
    inputs: (random) => ({ x: random.normal(shape) }),
    build: (ops, { x }) => build(ops, x),
  });
}

function matmul(a: readonly number[], b: readonly number[]): OpCase {
  return opCase({
    name: `[${a.join()}] and [${b.join()}]`,
    inputs: (random) => ({ a: random.normal(a), b: random.normal(b) }),
    build: (ops, inputs) => ops.matmul(inputs.a, inputs.b),
  });
}

export const movement: CaseTable<
  "constant" | "scalar" | "matmul" | "transpose" | "reshape" | "expand" | "concat" | "slice"
> = {
  constant: [
    opCase({
      name: "float32",
      inputs: (random) => ({ x: random.normal([2, 3]) }),
      build: (ops, { x }) => ops.mul(x, ops.constant(tensor("float32", [3], [1.5, 0, -2]))),
    }),
    opCase({
      name: "int64",
      inputs: (random) => ({ x: random.integers([2], 0, 9) }),
      build: (ops, { x }) => ops.add(x, ops.constant(tensor("int64", [2, 1], [-3, 1_000_000]))),
    }),
    opCase({
      name: "bool",
      inputs: (random) => ({ x: random.booleans([2]) }),
      build: (ops, { x }) => ops.and(x, ops.constant(tensor("bool", [2, 1], [true, false]))),
    }),
  ],
  scalar: [of([2, 3], "times a scalar", (ops, x) => ops.mul(ops.scalar(-0.3), x))],
  matmul: [
    matmul([2, 3], [3, 4]),
    matmul([1, 3], [3, 1]),
    matmul([2, 2, 3], [3, 4]),
    matmul([2, 3], [2, 3, 2]),
    matmul([2, 2, 3], [2, 3, 2]),
    matmul([2, 1, 2, 3], [3, 3, 2]),
    matmul([1, 2, 2], [3, 2, 1]),
  ],
  transpose: [
    of([2, 3], "by (1, 0)", (ops, x) => ops.transpose(x, [1, 0])),
    of([2, 3, 4], "by (2, 0, 1)", (ops, x) => ops.transpose(x, [2, 0, 1])),
    of([2, 1, 3, 2], "by (0, 2, 1, 3)", (ops, x) => ops.transpose(x, [0, 2, 1, 3])),
  ],
  reshape: [
    of([2, 6], "to [3,4]", (ops, x) => ops.reshape(x, [3, 4])),
    of([2, 6], "to [-1]", (ops, x) => ops.reshape(x, [-1])),
    of([1], "to []", (ops, x) => ops.reshape(x, [])),
    of([2, 3, 4], "with sizes of its own axes", (ops, x) =>
      ops.reshape(x, [{ of: x, axis: 0 }, 2, -1, { of: x, axis: 1 }]),
    ),
    of([2, 3], "with the size of a last axis", (ops, x) => ops.reshape(x, [1, -1, { of: x, axis: -1 }])),
  ],
  expand: [
    of([2, 1], "to [2,3]", (ops, x) => ops.expand(x, [2, 3])),
    of([3], "to [2,2,3]", (ops, x) => ops.expand(x, [2, 2, 3])),
    of([], "to [2,2]", (ops, x) => ops.expand(x, [2, 2])),
    of([2, 3], "to its own shape", (ops, x) => ops.expand(x, [2, 3])),
    opCase({
      name: "[2,3] to one per row of another",
      inputs: (random) => ({ x: random.normal([2, 3]), ids: random.integers([4, 5], 0, 9) }),
      build: (ops, { x, ids }) => ops.expand(x, [{ of: ids, axis: 0 }, 2, { of: x, axis: -1 }]),
    }),
    opCase({
      name: "int64 [1,2] to [3,2]",
      inputs: (random) => ({ x: random.integers([1, 2], 0, 9) }),
      build: (ops, { x }) => ops.expand(x, [3, 2]),
    }),
  ],
  concat: [
    opCase({
      name: "[2,3] and [1,3] on axis 0",
      inputs: (random) => ({ a: random.normal([2, 3]), b: random.normal([1, 3]) }),
      build: (ops, { a, b }) => ops.concat([a, b], 0),
    }),
    opCase({
      name: "three on axis -1, one of them twice",
      inputs: (random) => ({ a: random.normal([2, 1, 3]), b: random.normal([2, 1, 1]) }),
      build: (ops, { a, b }) => ops.concat([a, b, a], -1),
    }),
    of([2, 3], "alone", (ops, x) => ops.concat([x], 1)),
    opCase({
      name: "int64 on axis 1",
      inputs: (random) => ({ a: random.integers([2, 2], 0, 9), b: random.integers([2, 1], 0, 9) }),
      build: (ops, { a, b }) => ops.concat([a, b], 1),
    }),
  ],
  slice: [
    of([4, 3], "rows 1:3", (ops, x) => ops.slice(x, 0, 1, 3)),
    of([2, 4], "columns 1:", (ops, x) => ops.slice(x, 1, 1)),
    of([2, 4, 3], "axis -2, -3:-1", (ops, x) => ops.slice(x, -2, -3, -1)),
    of([2, 3], "beyond the end", (ops, x) => ops.slice(x, -1, 1, 9)),
  ],
};
