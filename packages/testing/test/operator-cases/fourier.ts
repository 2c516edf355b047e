import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { ints } from "../tensors.js";

const random = randomTensors(9);

export const fourier: readonly OperatorCase[] = [
  { op: "DFT", inputs: [random.normal([2, 5, 1])], attributes: { axis: 1 } },
  { op: "DFT", inputs: [random.normal([2, 6, 1])], attributes: { axis: 1, onesided: 1 } },
  { op: "DFT", inputs: [random.normal([2, 3, 4, 2])], attributes: { axis: 2 } },
  { op: "DFT", inputs: [random.normal([2, 3, 4, 2])], attributes: { axis: 1, inverse: 1 } },
  {
    op: "DFT",
    opset: 20,
    inputs: [random.normal([2, 3, 4, 2]), undefined, ints([-2], [])],
    constants: [2],
  },
];
