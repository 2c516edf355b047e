import { float } from "@incipit/onnx";
import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";

const random = randomTensors(7);
const x = random.normal([2, 3, 4]);
const image = random.normal([2, 6, 3, 5]);
const vector = (size: number) => random.uniform([size], 0.5, 2);
const epsilon = float(1e-3);

export const normalizations: readonly OperatorCase[] = [
  { op: "LayerNormalization", inputs: [x, vector(4), vector(4)], outputs: 3 },
  { op: "LayerNormalization", inputs: [x, vector(4)], attributes: { epsilon } },
  {
    op: "LayerNormalization",
    inputs: [x, random.normal([3, 4]), random.normal([3, 4])],
    attributes: { axis: 1 },
    outputs: 3,
  },
  { op: "RMSNormalization", inputs: [x, vector(4)], opset: 23 },
  {
    op: "SimplifiedLayerNormalization",
    inputs: [x, vector(4)],
    outputs: 2,
    attributes: { axis: -1, epsilon },
  },
  { op: "InstanceNormalization", inputs: [image, vector(6), vector(6)] },
  { op: "InstanceNormalization", inputs: [x, vector(3), vector(3)], attributes: { epsilon } },
  {
    op: "GroupNormalization",
    inputs: [image, vector(2), vector(2)],
    attributes: { num_groups: 2, epsilon },
  },
  {
    op: "GroupNormalization",
    opset: 21,
    inputs: [image, vector(6), vector(6)],
    attributes: { num_groups: 3 },
  },
  {
    op: "BatchNormalization",
    inputs: [image, vector(6), vector(6), random.normal([6]), vector(6)],
    attributes: { epsilon },
  },
  ...[1, 2].flatMap((p) => [
    { op: "LpNormalization", inputs: [x], attributes: { p } },
    { op: "LpNormalization", inputs: [x], attributes: { p, axis: 1 } },
  ]),
  {
    op: "SkipLayerNormalization",
    domain: "com.microsoft",
    inputs: [x, random.normal([2, 3, 4]), vector(4), vector(4), vector(4)],
    attributes: { epsilon },
  },
  {
    op: "SkipLayerNormalization",
    domain: "com.microsoft",
    inputs: [x, random.normal([2, 3, 4]), vector(4)],
  },
  {
    op: "SkipSimplifiedLayerNormalization",
    domain: "com.microsoft",
    inputs: [x, random.normal([2, 3, 4]), vector(4), vector(4)],
    attributes: { epsilon },
  },
];
