import { DATA_TYPE, tensorAttribute } from "@incipit/onnx";
import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { floats, int32, ints } from "../tensors.js";

const random = randomTensors(2);
const x = random.normal([2, 3, 4]);
const small = random.integers([3, 4], -2, 3);
const odd = floats([NaN, Infinity, -Infinity, 0, -1, 2.9]);

export const logic: readonly OperatorCase[] = [
  ...["Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual"].flatMap((op) => [
    { op, inputs: [small, random.integers([4], -2, 3)] },
    { op, inputs: [x, random.normal([3, 1])] },
    { op, inputs: [odd, floats([NaN, Infinity, Infinity, 0, 0, 0])] },
  ]),
  { op: "Equal", inputs: [random.booleans([2, 3]), random.booleans([3])] },
  ...["And", "Or", "Xor"].map((op) => ({ op, inputs: [random.booleans([4, 3]), random.booleans([3])] })),
  { op: "Not", inputs: [random.booleans([6])] },
  { op: "IsNaN", inputs: [odd] },
  { op: "IsInf", inputs: [odd] },
  { op: "IsInf", inputs: [odd], attributes: { detect_negative: 0 } },
  { op: "IsInf", inputs: [odd], attributes: { detect_positive: 0 } },
  { op: "Where", inputs: [random.booleans([3, 1]), x, random.normal([4])] },
  { op: "Where", inputs: [random.booleans([3, 4]), small, ints([7], [])] },
  ...(["float64", "int32", "int64", "bool"] as const).map((dtype) => ({
    op: "Cast",
    inputs: [floats([-1.7, -0.2, 0, 0.9, 2.9])],
    attributes: { to: DATA_TYPE[dtype] },
  })),
  { op: "Cast", inputs: [small], attributes: { to: DATA_TYPE.float32 } },
  { op: "Cast", inputs: [random.booleans([5])], attributes: { to: DATA_TYPE.float32 } },
  { op: "CastLike", inputs: [small, x] },
  { op: "CastLike", inputs: [x, int32(small)] },
];

/** Operators that make tensors, and those that pass them on. */
export const sources: readonly OperatorCase[] = [
  { op: "Constant", inputs: [], attributes: { value: tensorAttribute(small) } },
  { op: "Constant", inputs: [], attributes: { value_int: 3 } },
  { op: "Constant", inputs: [], attributes: { value_ints: [3, 4] } },
  { op: "Constant", inputs: [], attributes: { value_float: { type: "float", value: 0.5 } } },
  { op: "Constant", inputs: [], attributes: { value_floats: { type: "floats", value: [0.5, 1.5] } } },
  { op: "ConstantOfShape", inputs: [ints([2, 3])] },
  { op: "ConstantOfShape", inputs: [ints([2])], attributes: { value: tensorAttribute(ints([7])) } },
  { op: "Shape", inputs: [x] },
  { op: "Shape", inputs: [x], attributes: { start: 1 } },
  { op: "Shape", inputs: [x], attributes: { start: -2, end: -1 } },
  { op: "Shape", inputs: [x], attributes: { start: -9, end: 9 } },
  { op: "Size", inputs: [x] },
  { op: "Range", inputs: [ints([2], []), ints([11], []), ints([3], [])] },
  { op: "Range", inputs: [ints([5], []), ints([0], []), ints([-2], [])] },
  { op: "Range", inputs: [ints([5], []), ints([0], []), ints([2], [])] },
  { op: "Range", inputs: [floats([0], []), floats([1], []), floats([0.3], [])] },
  { op: "Identity", inputs: [x] },
  { op: "Dropout", inputs: [x], outputs: 2 },
  { op: "Dropout", inputs: [x, floats([0.3], []), { dtype: "bool", shape: [], data: Uint8Array.of(0) }] },
];
