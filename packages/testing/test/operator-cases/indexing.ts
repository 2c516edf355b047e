import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { distinct, floats, int32, ints } from "../tensors.js";

const random = randomTensors(5);
const x = random.normal([4, 3, 5]);
const table = random.normal([7, 3]);

export const indexing: readonly OperatorCase[] = [
  { op: "Gather", inputs: [table, random.integers([2, 4], -7, 7)] },
  { op: "Gather", inputs: [x, random.integers([2, 2], -3, 3)], attributes: { axis: 1 } },
  { op: "Gather", inputs: [x, ints([-1], [])], attributes: { axis: -1 } },
  { op: "Gather", inputs: [ints([5, 6, 7]), int32(ints([2, 0]))] },
  { op: "GatherElements", inputs: [x, random.integers([4, 3, 5], -4, 4)] },
  { op: "GatherElements", inputs: [x, random.integers([2, 3, 4], -3, 3)], attributes: { axis: 1 } },
  { op: "GatherElements", inputs: [x, random.integers([4, 3, 1], 0, 5)], attributes: { axis: -1 } },
  { op: "GatherND", inputs: [x, random.integers([2, 6, 2], 0, 3)] },
  { op: "GatherND", inputs: [x, ints([1, 2, -5, -4, -3, 0], [2, 3])] },
  { op: "GatherND", inputs: [x, random.integers([4, 2, 1], -3, 3)], attributes: { batch_dims: 1 } },
  {
    op: "GatherND",
    inputs: [random.normal([2, 3, 4, 5]), random.integers([2, 3, 1], 0, 4)],
    attributes: { batch_dims: 2 },
  },
  { op: "ScatterND", inputs: [x, ints([1, -1], [2, 1]), random.normal([2, 3, 5])] },
  { op: "ScatterND", inputs: [x, ints([0, 1, 2, 2, 3, 0], [3, 2]), random.normal([3, 5])] },
  ...["add", "mul", "max", "min"].flatMap((reduction) => [
    {
      op: "ScatterND",
      inputs: [table, ints([1, 3, 1], [3, 1]), random.normal([3, 3])],
      attributes: { reduction },
    },
    {
      op: "ScatterElements",
      inputs: [table, ints([1, 0, 2, 1, -7, 2], [2, 3]), random.normal([2, 3])],
      attributes: { reduction },
    },
  ]),
  { op: "ScatterElements", inputs: [table, ints([1, 0, 2, 3, -1, 4], [2, 3]), random.normal([2, 3])] },
  {
    op: "ScatterElements",
    inputs: [x, ints([3], [1, 1, 1]), floats([9], [1, 1, 1])],
    attributes: { axis: 2 },
  },
  { op: "TopK", inputs: [distinct([3, 6]), ints([2])], outputs: 2 },
  { op: "TopK", inputs: [distinct([4, 3]), ints([3])], attributes: { axis: 0, largest: 0 }, outputs: 2 },
  { op: "TopK", inputs: [ints([2, 5, 5, 1, 5]), ints([3])], outputs: 2 },
  { op: "NonZero", inputs: [random.integers([3, 4], 0, 2)] },
  { op: "NonZero", inputs: [random.booleans([6])] },
  { op: "Trilu", inputs: [x] },
  { op: "Trilu", inputs: [x, ints([1], [])], attributes: { upper: 1 } },
  { op: "Trilu", inputs: [x, ints([-1], [])], attributes: { upper: 0 } },
  { op: "OneHot", inputs: [random.integers([2, 3], -5, 5), ints([5]), floats([0, 1])] },
  { op: "OneHot", inputs: [ints([0, 4, 9]), ints([4]), floats([-1, 2])], attributes: { axis: 0 } },
];
