import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { distinct, floats, ints } from "../tensors.js";

const random = randomTensors(6);
const x = random.uniform([2, 3, 4], 0.2, 2);

const names = ["Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"].map(
  (name) => `Reduce${name}`,
);

export const reductions: readonly OperatorCase[] = [
  ...["ReduceSum", ...names].flatMap((op) => [
    { op, inputs: [x] },
    { op, inputs: [x, ints([-1])] },
    { op, inputs: [x, ints([0, -1])], attributes: { keepdims: 0 } },
  ]),
  ...names.map((op) => ({ op, inputs: [x], attributes: { axes: [1, -1], keepdims: 0 }, opset: 13 })),
  ...["ReduceL1", "ReduceMax", "ReduceMin", "ReduceLogSumExp"].map((op) => ({
    op,
    inputs: [random.normal([3, 4]), ints([1])],
  })),
  ...["ReduceSum", "ReduceMax", "ReduceProd"].map((op) => ({
    op,
    inputs: [random.integers([3, 4], -5, 5), ints([1])],
  })),
  { op: "ReduceSum", inputs: [x, ints([])], attributes: { noop_with_empty_axes: 1 } },
  { op: "ReduceSum", inputs: [x, ints([])] },
  { op: "ReduceLogSumExp", inputs: [floats([800, 801, -900])] },
  ...["ArgMax", "ArgMin"].flatMap((op) => [
    { op, inputs: [distinct([3, 4])] },
    { op, inputs: [distinct([2, 3, 4])], attributes: { axis: -1, keepdims: 0 } },
    { op, inputs: [floats([3, 1, 3, 1])] },
    { op, inputs: [floats([3, 1, 3, 1])], attributes: { select_last_index: 1 } },
  ]),
  ...[0, 1].flatMap((exclusive) =>
    [0, 1].map((reverse) => ({
      op: "CumSum",
      inputs: [x, ints([1], [])],
      attributes: { exclusive, reverse },
    })),
  ),
  { op: "CumSum", inputs: [random.integers([2, 5], 0, 4), ints([-1], [])] },
  ...["Softmax", "LogSoftmax"].flatMap((op) => [
    { op, inputs: [random.normal([2, 3, 4], 4)] },
    { op, inputs: [random.normal([2, 3, 4])], attributes: { axis: 1 } },
    { op, inputs: [floats([1e4, 1e4, -1e4])] },
  ]),
  { op: "Softmax", inputs: [floats([1, -Infinity, 2])] },
  { op: "Hardmax", inputs: [distinct([2, 3, 4])] },
  { op: "Hardmax", inputs: [floats([3, 1, 3, 3], [2, 2])], attributes: { axis: 0 } },
];
