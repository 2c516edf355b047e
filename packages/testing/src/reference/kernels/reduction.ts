/** @file Reductions, and operators that work along one axis. */
import { intAttribute, intsAttribute } from "@incipit/onnx";
import { input, type Call, type Kernel, type KernelTable } from "../kernel.js";
import { listOf, mapLines, reduce } from "../tensor.js";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const max = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
const min = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
const sumSquare = (values: readonly number[]) => sum(values.map((value) => value ** 2));

/** log Σ e^x = m + log Σ e^(x−m), with m the largest. */
function logSumExp(values: readonly number[]): number {
  const m = max(values);
  return Number.isFinite(m) ? m + Math.log(sum(values.map((value) => Math.exp(value - m)))) : m;
}

/** The axes are an attribute up to opset 17 and an input since 18 (13 in ReduceSum); without any, all are meant. */
function reducedAxes(call: Call, rank: number): readonly number[] {
  const axes = call.inputs[1] ? listOf(call.inputs[1]) : intsAttribute(call.node, "axes", []);
  const noneMeansNone = intAttribute(call.node, "noop_with_empty_axes", 0) === 1;
  return axes.length === 0 && !noneMeansNone ? Array.from({ length: rank }, (_, axis) => axis) : axes;
}

const reduction =
  (f: (values: readonly number[]) => number): Kernel =>
  (call) => {
    const x = input(call, 0);
    const keepDims = intAttribute(call.node, "keepdims", 1) === 1;
    return reduce(x, reducedAxes(call, x.shape.length), keepDims, f);
  };

const argument =
  (best: (values: readonly number[]) => number): Kernel =>
  (call) => {
    const { node } = call;
    const last = intAttribute(node, "select_last_index", 0) === 1;
    const keepDims = intAttribute(node, "keepdims", 1) === 1;
    const find = (values: readonly number[]) =>
      last ? values.lastIndexOf(best(values)) : values.indexOf(best(values));
    return reduce(input(call, 0), [intAttribute(node, "axis", 0)], keepDims, find, "int64");
  };

/** Sums of everything up to each element, the element itself left out when `exclusive`. */
function runningSums(line: readonly number[], exclusive: boolean): readonly number[] {
  let total = 0;
  return line.map((value) => {
    const before = total;
    total += value;
    return exclusive ? before : total;
  });
}

/** An operator over the lines along the axis that the attribute `axis` names, the last by default. */
const alongAxis =
  (f: (line: readonly number[]) => readonly number[]): Kernel =>
  (call) =>
    mapLines(input(call, 0), intAttribute(call.node, "axis", -1), f);

export const reductions = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction((values) => sum(values) / values.length),
  ReduceMax: reduction(max),
  ReduceMin: reduction(min),
  ReduceProd: reduction((values) => values.reduce((product, value) => product * value, 1)),
  ReduceL1: reduction((values) => sum(values.map(Math.abs))),
  ReduceL2: reduction((values) => Math.sqrt(sumSquare(values))),
  ReduceSumSquare: reduction(sumSquare),
  ReduceLogSum: reduction((values) => Math.log(sum(values))),
  ReduceLogSumExp: reduction(logSumExp),
  ArgMax: argument(max),
  ArgMin: argument(min),
  CumSum: (call) => {
    const axis = input(call, 1).data[0] ?? 0;
    const exclusive = intAttribute(call.node, "exclusive", 0) === 1;
    const backwards = intAttribute(call.node, "reverse", 0) === 1;
    return mapLines(input(call, 0), axis, (line) =>
      backwards ? runningSums(line.toReversed(), exclusive).toReversed() : runningSums(line, exclusive),
    );
  },
  Softmax: alongAxis((line) => {
    const normalizer = logSumExp(line);
    return line.map((value) => Math.exp(value - normalizer));
  }),
  LogSoftmax: alongAxis((line) => {
    const normalizer = logSumExp(line);
    return line.map((value) => value - normalizer);
  }),
  /** 1 at the first of the largest, else 0. */
  Hardmax: alongAxis((line) => line.map((_, i) => Number(i === line.indexOf(max(line))))),
} satisfies KernelTable;
