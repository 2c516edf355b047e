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

export const reductionCases: GradientCases = Object.fromEntries(
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
