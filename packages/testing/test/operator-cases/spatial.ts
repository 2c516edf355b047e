import { float } from "@incipit/onnx";
import { randomTensors } from "../../src/index.js";
import type { OperatorCase } from "../operator-case.js";
import { floats, ints } from "../tensors.js";

const random = randomTensors(9);
const line = random.normal([2, 3, 8]);
const image = random.normal([2, 4, 7, 6]);
const deep = random.normal([1, 8, 2, 3]);

export const poolings: readonly OperatorCase[] = [
  ...[
    { kernel_shape: [3, 2] },
    { kernel_shape: [2, 2], strides: [2, 1], pads: [1, 0, 1, 1] },
    { kernel_shape: [3, 2], auto_pad: "SAME_UPPER", strides: [2, 2] },
  ].flatMap((attributes) => [
    { op: "AveragePool", inputs: [image], attributes },
    { op: "AveragePool", inputs: [image], attributes: { ...attributes, count_include_pad: 1 } },
    { op: "MaxPool", inputs: [image], attributes, outputs: 2 },
  ]),
  { op: "AveragePool", opset: 19, inputs: [line], attributes: { kernel_shape: [3], dilations: [2] } },
  { op: "MaxPool", inputs: [line], attributes: { kernel_shape: [3], dilations: [2] }, outputs: 2 },
  ...["GlobalAveragePool", "GlobalMaxPool"].flatMap((op) => [
    { op, inputs: [line] },
    { op, inputs: [image] },
  ]),
];

const doubled = floats([1, 1, 2, 1.5]);
const coordinates = ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"];

export const spaces: readonly OperatorCase[] = [
  { op: "SpaceToDepth", inputs: [random.normal([2, 3, 4, 6])], attributes: { blocksize: 2 } },
  ...["DCR", "CRD"].map((mode) => ({
    op: "DepthToSpace",
    inputs: [deep],
    attributes: { mode, blocksize: 2 },
  })),
  ...coordinates.map((coordinate_transformation_mode) => ({
    op: "Resize",
    inputs: [image, undefined, doubled],
    attributes: { coordinate_transformation_mode },
  })),
  ...["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"].map((nearest_mode) => ({
    op: "Resize",
    inputs: [image, undefined, undefined, ints([5, 9])],
    attributes: { nearest_mode, axes: [2, 3], coordinate_transformation_mode: "asymmetric" },
  })),
];

const angles = random.uniform([10, 3], -3, 3);
const cos = { ...angles, data: angles.data.map(Math.cos) };
const sin = { ...angles, data: angles.data.map(Math.sin) };
const positions = ints([3, 0, 9, 1, 1, 2], [2, 3]);
const microsoft = "com.microsoft";

export const rotary: readonly OperatorCase[] = [
  ...[0, 1].flatMap((interleaved) => [
    // Heads of 6 features: all of them turned.
    {
      op: "RotaryEmbedding",
      domain: microsoft,
      inputs: [random.normal([2, 3, 12]), positions, cos, sin],
      attributes: { interleaved },
    },
    {
      op: "RotaryEmbedding",
      domain: microsoft,
      inputs: [random.normal([2, 4, 3, 6]), ints([4], [1]), cos, sin],
      attributes: { interleaved, scale: float(1) },
    },
    // Heads of 8 features: 6 of them turned.
    {
      op: "RotaryEmbedding",
      domain: microsoft,
      inputs: [random.normal([2, 3, 16]), positions, cos, sin],
      attributes: { interleaved, num_heads: 2, rotary_embedding_dim: 6 },
    },
    {
      op: "RotaryEmbedding",
      opset: 23,
      inputs: [random.normal([2, 3, 12]), cos, sin, positions],
      attributes: { interleaved, num_heads: 2 },
    },
    {
      op: "RotaryEmbedding",
      opset: 23,
      inputs: [random.normal([2, 4, 3, 8]), cos, sin, positions],
      attributes: { interleaved, rotary_embedding_dim: 6 },
    },
    {
      op: "RotaryEmbedding",
      opset: 23,
      inputs: [
        random.normal([2, 4, 3, 6]),
        { ...cos, shape: [2, 3, 3], data: cos.data.slice(0, 18) },
        { ...sin, shape: [2, 3, 3], data: sin.data.slice(0, 18) },
      ],
      attributes: { interleaved },
    },
  ]),
];
