import type { HostTensor } from "@incipit/core";
import { apply, constant, positive, type GradientCase, type GradientCases } from "./case.js";

const reduction = (opType: string, draw = positive): readonly GradientCase[] =>
  [
    { axes: [1], keepdims: 1 },
    { axes: [-1, 0], keepdims: 0 },
    { axes: undefined, keepdims: 0 },
    { axes: [], keepdims: 1, noop_with_empty_axes: 1 },
  ].map(({ axes, ...attributes }) => ({
    ...apply(opType, [[2, "s", 3]], {}, draw),
    name: `axes ${axes?.join() ?? "absent"} ${JSON.stringify(attributes)}`,
    build: (g, { a = "" }) => g.op(opType, [a, axes === undefined ? "" : constant(g, axes)], attributes),
  }));

/** Some of the factors are zero: none in the first row, one in the second, two in the third. */
const productsWithZeros: GradientCase = {
  name: "of numbers some of which are zero",
  inputs: (random, size) => ({ x: withZeros(random.uniform([size, 3, 3], 0.3, 2)) }),
  build: (g, { x = "" }) => g.op("ReduceProd", [x, constant(g, [-1])]),
};

function withZeros(x: HostTensor<"float32">): HostTensor {
  return { ...x, data: x.data.map((value, i) => ([4, 6, 8].includes(i % 9) ? 0 : value)) };
}

const overSpace = (opType: string) => [apply(opType, [["s", 3, 4]]), apply(opType, [[2, 3, "s", 2]])];

const byName: Readonly<Record<string, readonly GradientCase[]>> = Object.fromEntries(
  [
    "ReduceSum",
    "ReduceMean",
    "ReduceMax",
    "ReduceMin",
    "ReduceProd",
    "ReduceL1",
    "ReduceL2",
    "ReduceSumSquare",
    "ReduceLogSum",
    "ReduceLogSumExp",
  ].map((opType) => [opType, reduction(opType)]),
);

export const reductionCases: GradientCases = {
  ...byName,
  ReduceProd: [...(byName["ReduceProd"] ?? []), productsWithZeros],
  GlobalAveragePool: overSpace("GlobalAveragePool"),
  GlobalMaxPool: overSpace("GlobalMaxPool"),
};
