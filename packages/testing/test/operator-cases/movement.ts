import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { floats, ints } from "../tensors.js";

const random = randomTensors(4);
const x = random.normal([2, 3, 4]);
const END = 2 ** 63;

export const movement: readonly OperatorCase[] = [
  { op: "Transpose", inputs: [x] },
  { op: "Transpose", inputs: [x], attributes: { perm: [1, 2, 0] } },
  { op: "Transpose", inputs: [random.integers([2, 3, 2, 2], 0, 9)], attributes: { perm: [0, 2, 1, 3] } },
  { op: "Reshape", inputs: [x, ints([6, 4])] },
  { op: "Reshape", inputs: [x, ints([0, -1])] },
  { op: "Reshape", inputs: [x, ints([2, -1, 2])] },
  { op: "Reshape", inputs: [floats([5], [1, 1]), ints([])] },
  { op: "Reshape", inputs: [floats([], [0, 3]), ints([3, 0])], attributes: { allowzero: 1 } },
  ...[0, 1, 2, 3, -1].map((axis) => ({ op: "Flatten", inputs: [x], attributes: { axis } })),
  { op: "Squeeze", inputs: [random.normal([1, 3, 1, 2]), ints([0])] },
  { op: "Squeeze", inputs: [random.normal([1, 3, 1, 2]), ints([-2, 0])] },
  { op: "Squeeze", inputs: [random.normal([1, 3, 1, 2])] },
  { op: "Unsqueeze", inputs: [x, ints([1])] },
  { op: "Unsqueeze", inputs: [x, ints([-1, 0])] },
  { op: "Unsqueeze", inputs: [floats([5], []), ints([0, 1])] },
  { op: "Expand", inputs: [random.normal([3, 1]), ints([2, 1, 4])] },
  { op: "Expand", inputs: [x, ints([1])] },
  { op: "Concat", inputs: [x, random.normal([2, 1, 4])], attributes: { axis: 1 } },
  { op: "Concat", inputs: [ints([1]), ints([]), ints([2, 3])], attributes: { axis: -1 } },
  { op: "Split", inputs: [x, ints([1, 3])], attributes: { axis: -1 }, outputs: 2 },
  { op: "Split", inputs: [random.normal([7, 2])], attributes: { num_outputs: 3 }, outputs: 3 },
  { op: "Split", inputs: [x], attributes: { axis: 2 }, outputs: 2, opset: 13 },
  { op: "Slice", inputs: [x, ints([1]), ints([3])] },
  { op: "Slice", inputs: [x, ints([1, -2]), ints([END, -1]), ints([-1, 1])] },
  { op: "Slice", inputs: [x, ints([0, 3]), ints([2, -END]), ints([0, 2]), ints([1, -2])] },
  { op: "Slice", inputs: [x, ints([-1]), ints([-9]), ints([1]), ints([-1])] },
  { op: "Slice", inputs: [x, ints([9]), ints([0]), ints([2]), ints([-3])] },
  { op: "Slice", inputs: [x, ints([3]), ints([1]), ints([2])] },
  { op: "Slice", inputs: [x, ints([-9]), ints([9]), ints([2]), ints([3])] },
  ...["constant", "edge", "reflect"].flatMap((mode) => [
    { op: "Pad", inputs: [x, ints([1, 0, 2, 1, 1, 0])], attributes: { mode } },
    { op: "Pad", inputs: [x, ints([2, 1]), undefined, ints([1])], attributes: { mode } },
  ]),
  { op: "Pad", opset: 19, inputs: [x, ints([0, 1, 2, 0, 2, 3])], attributes: { mode: "wrap" } },
  { op: "Pad", inputs: [x, ints([0, -1, 1, 0, 0, -2]), floats([1.5], [])] },
  { op: "Tile", inputs: [random.normal([2, 3]), ints([2, 3])] },
  { op: "Tile", inputs: [random.normal([2, 1, 2]), ints([1, 3, 1])] },
];
