import { float } from "@incipit/onnx";
import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { floats, int32, ints } from "../tensors.js";

const random = randomTensors(1);
const x = random.normal([2, 3, 4]);
const positive = random.uniform([2, 5], 0.1, 3);
const wide = floats([-90, -8, -2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5, 8, 90]);

/** Shapes that NumPy broadcasts together. */
const shapePairs = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3, 4], [4]],
  [
    [3, 1],
    [2, 1, 4],
  ],
  [[], [2, 2]],
  [[0, 3], [3]],
] as const;

const binary: readonly OperatorCase[] = ["Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"].flatMap(
  (op) => shapePairs.map(([a, b]) => ({ op, inputs: [random.normal(a), random.uniform(b, 0.5, 2)] })),
);

const integer: readonly OperatorCase[] = ["Add", "Sub", "Mul", "Div", "Max", "Min", "Mod"].flatMap((op) => {
  const a = random.integers([3, 4], -20, 20);
  const b = ints([-3, 5, 7, -2]);
  return [
    { op, inputs: [a, b] },
    { op, inputs: [int32(a), int32(b)] },
  ];
});

export const elementwise: readonly OperatorCase[] = [
  ...binary,
  ...integer,
  ...["Max", "Min", "Sum", "Mean"].map((op) => ({
    op,
    inputs: [x, random.normal([4]), random.normal([3, 1])],
  })),
  ...["Neg", "Abs", "Sign"].flatMap((op) => [
    { op, inputs: [wide] },
    { op, inputs: [ints([-3, 0, 4])] },
  ]),
  ...["Floor", "Ceil", "Round", "Sin", "Cos", "Atan", "Erf"].flatMap((op) => [
    { op, inputs: [wide] },
    { op, inputs: [x] },
  ]),
  { op: "Erf", inputs: [random.uniform([50], -4, 4)] },
  ...["Exp", "Tan", "Sinh", "Cosh"].map((op) => ({ op, inputs: [x] })),
  ...["Log", "Sqrt", "Reciprocal"].map((op) => ({ op, inputs: [positive] })),
  ...["Asin", "Acos", "Atanh"].map((op) => ({ op, inputs: [random.uniform([2, 5], -0.9, 0.9)] })),
  { op: "Asinh", inputs: [x] },
  { op: "Acosh", inputs: [random.uniform([2, 5], 1.1, 4)] },
  { op: "Pow", inputs: [positive, random.normal([5])] },
  { op: "Pow", inputs: [x, floats([2], [])] },
  { op: "Pow", inputs: [ints([-2, 3, 4]), ints([3, 2, 0])] },
  { op: "Mod", inputs: [x, floats([0.7, -0.4, 0.3, -1.1])], attributes: { fmod: 1 } },
  { op: "Max", inputs: [floats([NaN, 1, -Infinity]), floats([0, NaN, 2])] },
];

const slopes = [float(0.01), float(0.3)];

export const activations: readonly OperatorCase[] = [
  ...["Tanh", "Sigmoid", "Relu", "Softplus", "Softsign", "HardSwish", "Mish"].flatMap((op) => [
    { op, inputs: [wide] },
    { op, inputs: [x] },
  ]),
  ...["LeakyRelu", "Elu", "Selu", "Celu"].flatMap((op) => [
    { op, inputs: [x] },
    ...slopes.map((alpha) => ({ op, inputs: [wide], attributes: { alpha } })),
  ]),
  { op: "Selu", inputs: [x], attributes: { gamma: float(2) } },
  { op: "PRelu", inputs: [x, random.uniform([3, 1], 0.1, 0.5)] },
  { op: "HardSigmoid", inputs: [wide] },
  { op: "HardSigmoid", inputs: [x], attributes: { alpha: float(0.5), beta: float(0.25) } },
  { op: "ThresholdedRelu", inputs: [wide] },
  { op: "ThresholdedRelu", inputs: [wide], attributes: { alpha: float(0.5) } },
  { op: "Shrink", inputs: [x] },
  { op: "Shrink", inputs: [wide], attributes: { lambd: float(1.5), bias: float(0.5) } },
  { op: "Swish", opset: 24, inputs: [x] },
  { op: "Swish", opset: 24, inputs: [wide], attributes: { alpha: float(0.5) } },
  { op: "Gelu", opset: 20, inputs: [x] },
  { op: "Gelu", opset: 20, inputs: [wide], attributes: { approximate: "tanh" } },
  { op: "Clip", inputs: [x, floats([-0.5], []), floats([0.25], [])] },
  { op: "Clip", inputs: [x, undefined, floats([0.25], [])] },
  { op: "Clip", inputs: [x, floats([0], [])] },
  { op: "Clip", inputs: [ints([-5, 0, 5]), ints([-1], []), ints([3], [])] },
  { op: "Gelu", domain: "com.microsoft", inputs: [x] },
  { op: "BiasGelu", domain: "com.microsoft", inputs: [x, random.normal([4])] },
  { op: "FastGelu", domain: "com.microsoft", inputs: [x, random.normal([4])] },
  { op: "FastGelu", domain: "com.microsoft", inputs: [x] },
  { op: "QuickGelu", domain: "com.microsoft", inputs: [x] },
  { op: "QuickGelu", domain: "com.microsoft", inputs: [wide], attributes: { alpha: float(1) } },
];
