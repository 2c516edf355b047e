import { float } from "@incipit/onnx";
import { positive, withConstants, type GradientCase, type GradientCases } from "./case.js";

/** x `[s, channels, …]` with one scale and one bias for each of `count`. */
const affine = (
  opType: string,
  shape: (s: number) => number[],
  count: number,
  attributes: Readonly<Record<string, number>> = {},
  opset?: number,
): GradientCase => ({
  name: `${shape(9).join()} with ${count} scales ${JSON.stringify(attributes)} opset ${opset ?? 18}`,
  inputs: (random, s) => ({
    x: random.normal(shape(s)),
    scale: random.normal([count]),
    bias: random.normal([count]),
  }),
  build: (g, { x = "", scale = "", bias = "" }) =>
    g.op(opType, [x, scale, bias], { ...attributes, epsilon: float(1e-2) }),
  ...(opset === undefined ? {} : { opset }),
});

const rms = (opType: string, opset?: number): readonly GradientCase[] => [
  {
    name: "last axis",
    inputs: (random, s) => ({ x: random.normal([2, s, 4]), scale: random.normal([4]) }),
    build: (g, { x = "", scale = "" }) => g.op(opType, [x, scale], { axis: -1, epsilon: float(1e-3) }),
    ...(opset === undefined ? {} : { opset }),
  },
];

export const normalizationCases: GradientCases = {
  Softmax: [withConstants("Softmax", ["s", 4], []), withConstants("Softmax", [2, "s", 4], [], { axis: 1 })],
  LogSoftmax: [
    withConstants("LogSoftmax", ["s", 4], []),
    withConstants("LogSoftmax", [2, "s", 4], [], { axis: 1 }),
  ],
  LayerNormalization: [
    {
      name: "last axis, with bias",
      inputs: (random, s) => ({
        x: random.normal([2, s, 4]),
        scale: random.normal([4]),
        bias: random.normal([4]),
      }),
      build: (g, { x = "", scale = "", bias = "" }) =>
        g.op("LayerNormalization", [x, scale, bias], { axis: -1, epsilon: float(1e-3) }),
    },
    {
      name: "last two axes, without bias",
      inputs: (random, s) => ({ x: random.normal([s, 3, 4]), scale: random.normal([3, 4]) }),
      build: (g, { x = "", scale = "" }) => g.op("LayerNormalization", [x, scale], { axis: 1 }),
    },
  ],
  RMSNormalization: [
    ...rms("RMSNormalization", 23),
    {
      name: "last two axes",
      inputs: (random, s) => ({ x: random.normal([s, 3, 4]), scale: random.normal([3, 4]) }),
      build: (g, { x = "", scale = "" }) => g.op("RMSNormalization", [x, scale], { axis: 1 }),
      opset: 23,
    },
  ],
  SimplifiedLayerNormalization: rms("SimplifiedLayerNormalization"),
  InstanceNormalization: [
    affine("InstanceNormalization", (s) => [s, 3, 4], 3),
    affine("InstanceNormalization", (s) => [2, 3, s, 2], 3),
  ],
  GroupNormalization: [
    affine("GroupNormalization", (s) => [s, 4, 3], 2, { num_groups: 2 }),
    affine("GroupNormalization", (s) => [2, 6, s, 2], 6, { num_groups: 3 }, 21),
  ],
  BatchNormalization: [
    {
      name: "in inference",
      inputs: (random, s) => ({
        x: random.normal([s, 3, 2]),
        scale: random.normal([3]),
        bias: random.normal([3]),
        mean: random.normal([3]),
        variance: positive(random, [3]),
      }),
      build: (g, { x = "", scale = "", bias = "", mean = "", variance = "" }) =>
        g.op("BatchNormalization", [x, scale, bias, mean, variance], { epsilon: float(1e-3) }),
      wrt: ["x", "scale", "bias"],
    },
  ],
  LpNormalization: [1, 2].flatMap((p) => [
    withConstants("LpNormalization", ["s", 4], [], { p }),
    withConstants("LpNormalization", [2, "s", 4], [], { p, axis: 1 }),
  ]),
};
