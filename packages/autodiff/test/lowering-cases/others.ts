import { float } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { apply, type Dim, type GradientCase } from "../gradient-cases/case.js";

const microsoft = { domain: "com.microsoft" } as const;

const skip = (
  opType: string,
  name: string,
  shapes: Readonly<Record<string, readonly Dim[]>>,
  outputs: readonly (readonly [index: number, name: string])[] = [],
): GradientCase => {
  const names = Object.keys(shapes);
  return {
    name,
    inputs: (random, s) =>
      Object.fromEntries(
        names.map((input) => [
          input,
          random.normal((shapes[input] ?? []).map((dim) => (dim === "s" ? s : dim))),
        ]),
      ),
    build: (g, inputs) => {
      const order =
        opType === "SkipLayerNormalization"
          ? ["x", "skip", "gamma", "beta", "bias"]
          : ["x", "skip", "gamma", "bias"];
      const values = order.map((input) => inputs[input] ?? "");
      const made = Array.from({ length: 4 }, (_, i) => outputs.find(([index]) => index === i)?.[1] ?? "");
      const wanted = ["y", ...made.slice(1)];
      const results = g.ops(opType, values, { epsilon: float(1e-3) }, { ...microsoft, outputs: wanted });
      return results.filter((result) => result !== "");
    },
  };
};

const x = [2, "s", 4] as const;
const vector = [4] as const;

export const skipLayerNormalizationCases: readonly GradientCase[] = [
  skip("SkipLayerNormalization", "as it is", { x, skip: x, gamma: vector }),
  skip(
    "SkipLayerNormalization",
    "with beta and bias, the sum asked for",
    {
      x,
      skip: x,
      gamma: vector,
      beta: vector,
      bias: vector,
    },
    [[3, "sum"]],
  ),
];

export const skipSimplifiedLayerNormalizationCases: readonly GradientCase[] = [
  skip("SkipSimplifiedLayerNormalization", "as it is", { x, skip: x, gamma: vector }),
  skip(
    "SkipSimplifiedLayerNormalization",
    "with a bias, the sum asked for",
    {
      x,
      skip: x,
      gamma: vector,
      bias: vector,
    },
    [[3, "sum"]],
  ),
];

/** The tables and the normalization trained: the ids themselves have no gradient. */
export const embedLayerNormalizationCases: readonly GradientCase[] = [
  {
    name: "with segments",
    inputs: (random, s) => ({
      ids: tensor(
        "int32",
        [2, s],
        Array.from({ length: 2 * s }, (_, i) => (i * 3) % 5),
      ),
      segments: tensor(
        "int32",
        [2, s],
        Array.from({ length: 2 * s }, (_, i) => i % 2),
      ),
      words: random.normal([5, 4]),
      positions: random.normal([6, 4]),
      kinds: random.normal([2, 4]),
      gamma: random.normal([4]),
      beta: random.normal([4]),
    }),
    build: (g, { ids = "", segments = "", words = "", positions = "", kinds = "", gamma = "", beta = "" }) =>
      g.ops(
        "EmbedLayerNormalization",
        [ids, segments, words, positions, kinds, gamma, beta],
        { epsilon: float(1e-3) },
        { ...microsoft, outputs: 2 },
      )[0] ?? "",
  },
];

const product = (
  a: readonly Dim[],
  b: readonly Dim[],
  attributes: Readonly<Record<string, number>>,
  alpha = 1,
) => apply("FusedMatMul", [a, b], { ...attributes, alpha: float(alpha) }, undefined, "com.microsoft");

export const fusedMatMulCases: readonly GradientCase[] = [
  product(["s", 3], [3, 4], {}, 0.5),
  product([2, 3, "s"], [2, 4, 3], { transA: 1, transB: 1 }),
  product([3, 1, "s", 4], [2, 4, 5], {}),
  product([5, 2, 3, 4], [2, 3, 4, "s"], { transBatchA: 1 }),
  product([2, 3, 5, 4], [5, 2, 3, 4], { transBatchB: 1, transB: 1 }, 2),
];

export const fusedGemmCases: readonly GradientCase[] = [
  apply(
    "FusedGemm",
    [["s", 3], [3, 4], [4]],
    { activation: "Tanh", alpha: float(0.5) },
    undefined,
    "com.microsoft",
  ),
  apply(
    "FusedGemm",
    [["s", 3], [4, 3], [4]],
    { activation: "LeakyRelu", activation_alpha: float(0.2), transB: 1 },
    undefined,
    "com.microsoft",
  ),
];

export const fusedConvCases: readonly GradientCase[] = [
  apply(
    "FusedConv",
    [[2, 3, "s"], [4, 3, 2], [4]],
    { activation: "Relu", pads: [1, 0] },
    undefined,
    "com.microsoft",
  ),
  apply(
    "FusedConv",
    [[2, 3, "s", 4], [4, 3, 2, 2], [4], [2, 4, "s", 4]],
    { activation: "LeakyRelu", activation_params: { type: "floats", value: [0.3] }, pads: [1, 0, 0, 1] },
    undefined,
    "com.microsoft",
  ),
];

export const transposeMatMulCases: readonly GradientCase[] = [
  apply(
    "TransposeMatMul",
    [
      [2, 3, "s"],
      [2, 4, 3],
    ],
    { transA: 1, transB: 1 },
    undefined,
    "com.microsoft",
  ),
];

export const biasSplitGeluCases: readonly GradientCase[] = [
  {
    // ONNX Runtime has a kernel for GPUs only.
    name: "against its definition",
    inputs: (random, s) => ({ x: random.normal([2, s, 6]), bias: random.normal([6]) }),
    build: (g, { x = "", bias = "" }) => g.op("BiasSplitGelu", [x, bias], {}, microsoft),
    truth: (g, { x = "", bias = "" }) => {
      const sum = g.op("Add", [x, bias]);
      const [a = "", b = ""] = g.ops("Split", [sum], { axis: 2, num_outputs: 2 }, { outputs: 2 });
      const half = (y: string) =>
        g.op("Div", [y, g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(Math.SQRT2) })]);
      const one = g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(1) });
      const two = g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(0.5) });
      const gelu = g.op("Mul", [g.op("Mul", [b, two]), g.op("Add", [g.op("Erf", [half(b)]), one])]);
      return g.op("Mul", [a, gelu]);
    },
  },
];
