import { tensor } from "@incipit/tensor";
import { type CaseTable, type NonEmpty, type OpCase, opCase } from "../case.js";

function reduction(operation: "sum" | "mean" | "max"): NonEmpty<OpCase> {
  const over = (shape: readonly number[], axes: readonly number[], keepDims?: boolean) =>
    opCase({
      name: `[${shape.join()}] over ${axes.join(" and ")}${keepDims ? ", kept" : ""}`,
      inputs: (random) => ({ x: random.normal(shape) }),
      build: (ops, { x }) => ops[operation](x, axes, keepDims),
    });
  return [
    over([2, 3], [0]),
    over([2, 3], [-1], true),
    over([2, 3, 4], [0, -1]),
    over([2, 3, 4], [1], true),
    over([2, 1, 3], [1]),
    over([2, 3], [0, 1]),
  ];
}

function normalization(operation: "softmax" | "logSoftmax"): NonEmpty<OpCase> {
  const along = (shape: readonly number[], axis: number, scale = 1) =>
    opCase({
      name: `[${shape.join()}] on axis ${axis}${scale === 1 ? "" : `, times ${scale}`}`,
      inputs: (random) => ({ x: random.normal(shape, scale) }),
      build: (ops, { x }) => ops[operation](x, axis),
    });
  return [
    along([2, 3], -1),
    along([2, 3], 0),
    along([2, 3, 4], 1),
    along([3], 0),
    along([2, 1], 1),
    along([2, 4], -1, 30),
  ];
}

export const reductions: CaseTable<"sum" | "mean" | "max" | "softmax" | "logSoftmax" | "layerNorm"> = {
  sum: reduction("sum"),
  mean: reduction("mean"),
  max: reduction("max"),
  softmax: normalization("softmax"),
  logSoftmax: normalization("logSoftmax"),
  layerNorm: [
    opCase({
      name: "[2,5]",
      inputs: (random) => ({
        x: random.normal([2, 5], 3),
        scale: random.normal([5]),
        bias: random.normal([5]),
      }),
      build: (ops, { x, scale, bias }) => ops.layerNorm(x, scale, bias, 1e-5),
    }),
    opCase({
      name: "[2,3,4] with a large epsilon",
      inputs: (random) => ({
        x: random.normal([2, 3, 4]),
        scale: random.normal([4]),
        bias: random.normal([4]),
      }),
      build: (ops, { x, scale, bias }) => ops.layerNorm(x, scale, bias, 0.5),
    }),
    opCase({
      name: "a row without variance",
      inputs: (random) => ({
        x: tensor("float32", [2, 3], [1, 1, 1, -1, 0, 2]),
        scale: random.normal([3]),
        bias: random.normal([3]),
      }),
      build: (ops, { x, scale, bias }) => ops.layerNorm(x, scale, bias, 1e-2),
    }),
  ],
};
