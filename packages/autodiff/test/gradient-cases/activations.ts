import { float } from "@incipit/onnx";
import { apply, spread, unary, type GradientCases } from "./case.js";

const microsoft = "com.microsoft";

export const activationCases: GradientCases = {
  Tanh: unary("Tanh"),
  Sigmoid: unary("Sigmoid"),
  Relu: unary("Relu"),
  LeakyRelu: [apply("LeakyRelu", [["s", 3]], { alpha: float(0.2) }, spread)],
  PRelu: [apply("PRelu", [["s", 3], [3]], {}, spread)],
  Elu: [apply("Elu", [["s", 3]], { alpha: float(1.5) }, spread)],
  Selu: unary("Selu"),
  Celu: [apply("Celu", [["s", 3]], { alpha: float(1.5) }, spread)],
  Softplus: unary("Softplus"),
  Softsign: unary("Softsign"),
  HardSigmoid: [apply("HardSigmoid", [["s", 3]], { alpha: float(0.25), beta: float(0.5) }, spread)],
  HardSwish: unary("HardSwish"),
  Mish: unary("Mish"),
  Clip: [
    {
      name: "from both sides",
      inputs: (random, size) => ({ x: spread(random, [size, 4]) }),
      build: (g, { x = "" }) =>
        g.op("Clip", [
          x,
          ...[-1, 1].map((v) => g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(v) })),
        ]),
    },
    {
      name: "from above only",
      inputs: (random, size) => ({ x: spread(random, [size, 4]) }),
      build: (g, { x = "" }) =>
        g.op("Clip", [x, "", g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(1) })]),
    },
  ],
  Erf: unary("Erf"),
  Gelu: ["none", "tanh"].map((approximate) => ({ ...apply("Gelu", [["s", 3]], { approximate }), opset: 20 })),
  Swish: [
    { ...apply("Swish", [["s", 3]]), opset: 24 },
    { ...apply("Swish", [["s", 3]], { alpha: float(0.5) }), opset: 24 },
  ],
  ThresholdedRelu: [apply("ThresholdedRelu", [["s", 3]], { alpha: float(1) }, spread)],
  Shrink: [apply("Shrink", [["s", 3]], { lambd: float(1), bias: float(0.5) }, spread)],
  "com.microsoft.Gelu": [apply("Gelu", [["s", 3]], {}, spread, microsoft)],
  "com.microsoft.BiasGelu": [apply("BiasGelu", [[2, "s", 3], [3]], {}, spread, microsoft)],
  "com.microsoft.FastGelu": [
    apply("FastGelu", [["s", 3]], {}, spread, microsoft),
    apply("FastGelu", [[2, "s", 3], [3]], {}, spread, microsoft),
  ],
  "com.microsoft.QuickGelu": [
    apply("QuickGelu", [["s", 3]], {}, spread, microsoft),
    apply("QuickGelu", [["s", 3]], { alpha: float(1) }, spread, microsoft),
  ],
};
