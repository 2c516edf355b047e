import type { Ops } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { type CaseTable, type NonEmpty, type OpCase, opCase } from "../case.js";

function comparison(operation: "equal" | "less" | "greater"): NonEmpty<OpCase> {
  const build = <T>(ops: Ops<T>, { a, b }: Readonly<Record<"a" | "b", T>>) => ops[operation](a, b);
  return [
    opCase({
      name: "float32 [2,3] and [2,3], some equal",
      inputs: (random) => {
        const a = random.normal([2, 3]);
        const { data } = random.normal([2, 3]);
        return { a, b: { ...a, data: a.data.map((value, i) => (i % 2 ? value : (data[i] as number))) } };
      },
      build,
      differentiable: [],
    }),
    opCase({
      name: "int64 [2,1] and [3]",
      inputs: (random) => ({ a: random.integers([2, 1], 0, 3), b: random.integers([3], 0, 3) }),
      build,
    }),
    opCase({
      name: "int64 [4] and []",
      inputs: (random) => ({ a: random.integers([4], -1, 2), b: tensor("int64", [], [0]) }),
      build,
    }),
  ];
}

export const logic: CaseTable<"equal" | "less" | "greater" | "not" | "and" | "where" | "cast"> = {
  equal: comparison("equal"),
  less: comparison("less"),
  greater: comparison("greater"),
  not: [
    opCase({
      name: "[2,3]",
      inputs: (random) => ({ x: random.booleans([2, 3]) }),
      build: (ops, { x }) => ops.not(x),
    }),
  ],
  and: [
    opCase({
      name: "[2,3] and [3]",
      inputs: (random) => ({ a: random.booleans([2, 3]), b: random.booleans([3]) }),
      build: (ops, { a, b }) => ops.and(a, b),
    }),
  ],
  where: [
    opCase({
      name: "equal shapes",
      inputs: (random) => ({
        condition: random.booleans([2, 3]),
        a: random.normal([2, 3]),
        b: random.normal([2, 3]),
      }),
      build: (ops, { condition, a, b }) => ops.where(condition, a, b),
    }),
    opCase({
      name: "all three broadcast",
      inputs: (random) => ({
        condition: random.booleans([2, 1, 1]),
        a: random.normal([3, 1]),
        b: random.normal([4]),
      }),
      build: (ops, { condition, a, b }) => ops.where(condition, a, b),
    }),
    opCase({
      name: "int64 with a scalar",
      inputs: (random) => ({ condition: random.booleans([2, 3]), a: random.integers([2, 3], 0, 9) }),
      build: (ops, { condition, a }) => ops.where(condition, a, ops.constant(tensor("int64", [], [-100]))),
    }),
    opCase({
      name: "a condition computed from what is differentiated",
      inputs: (random) => ({ x: random.normal([2, 3]) }),
      build: (ops, { x }) =>
        ops.where(
          ops.and(ops.greater(x, ops.scalar(0)), ops.not(ops.less(ops.scalar(1), x))),
          ops.mul(x, x),
          ops.neg(x),
        ),
    }),
  ],
  cast: [
    opCase({
      name: "float32 to int64",
      inputs: () => ({ x: tensor("float32", [5], [-1.7, -0.2, 0, 0.9, 3.5]) }),
      build: (ops, { x }) => ops.cast(x, "int64"),
      differentiable: [],
    }),
    opCase({
      name: "float32 to bool",
      inputs: () => ({ x: tensor("float32", [2, 2], [0, 1, -0.5, 0]) }),
      build: (ops, { x }) => ops.cast(x, "bool"),
      differentiable: [],
    }),
    opCase({
      name: "bool to float32",
      inputs: (random) => ({ x: random.booleans([2, 3]) }),
      build: (ops, { x }) => ops.cast(x, "float32"),
    }),
    opCase({
      name: "int64 to bool and int32",
      inputs: (random) => ({ x: random.integers([2, 3], 0, 3) }),
      build: (ops, { x }) => ops.cast(ops.cast(x, "bool"), "int32"),
    }),
    opCase({
      name: "float32 to float32",
      inputs: (random) => ({ x: random.normal([2, 3]) }),
      build: (ops, { x }) => ops.cast(x, "float32"),
    }),
    opCase({
      name: "no gradient passes through integers",
      inputs: (random) => ({ x: random.normal([2, 3], 3) }),
      build: (ops, { x }) => ops.mul(x, ops.cast(ops.cast(x, "int64"), "float32")),
    }),
  ],
};
