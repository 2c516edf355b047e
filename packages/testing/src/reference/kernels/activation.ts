/** @file Activation functions. */
import { floatAttribute, stringAttribute } from "@incipit/onnx";
import { input, type Call, type Kernel, type KernelTable } from "../kernel.js";
import { erf } from "../special-functions.js";
import { map, type Tensor } from "../tensor.js";

const activation =
  (f: (x: number) => number): Kernel =>
  (call) =>
    pointwise(input(call, 0), f);

const pointwise = (x: Tensor, f: (x: number) => number): Tensor => map(x.dtype, [x], f);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const hardSigmoid = (x: number, alpha: number, beta: number) => Math.max(0, Math.min(1, alpha * x + beta));

/** x·Φ(x). @see Hendrycks & Gimpel 2016, arXiv:1606.08415 */
const gelu = (x: number) => 0.5 * x * (1 + erf(x * Math.SQRT1_2));
/** The tanh approximation, section 2 of the same paper. */
const tanhGelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** The first input plus the second, where there is one. */
function biased(call: Call): Tensor {
  const x = input(call, 0);
  const bias = call.inputs[1];
  return bias === undefined ? x : map(x.dtype, [x, bias], (a, b) => a + b);
}

export const activations = {
  Tanh: activation(Math.tanh),
  Sigmoid: activation(sigmoid),
  Relu: activation((x) => Math.max(x, 0)),
  LeakyRelu: (call) => {
    const alpha = floatAttribute(call.node, "alpha", 0.01);
    return pointwise(input(call, 0), (x) => (x < 0 ? alpha * x : x));
  },
  Elu: (call) => {
    const alpha = floatAttribute(call.node, "alpha", 1);
    return pointwise(input(call, 0), (x) => (x < 0 ? alpha * Math.expm1(x) : x));
  },
  PRelu: (call) => {
    const x = input(call, 0);
    return map(x.dtype, [x, input(call, 1)], (value, slope) => (value < 0 ? slope * value : value));
  },
  Selu: (call) => {
    const alpha = floatAttribute(call.node, "alpha", 1.6732632423543772);
    const gamma = floatAttribute(call.node, "gamma", 1.0507009873554805);
    return pointwise(input(call, 0), (x) => gamma * (x > 0 ? x : alpha * Math.expm1(x)));
  },
  Celu: (call) => {
    const alpha = floatAttribute(call.node, "alpha", 1);
    return pointwise(input(call, 0), (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)));
  },
  ThresholdedRelu: (call) => {
    const alpha = floatAttribute(call.node, "alpha", 1);
    return pointwise(input(call, 0), (x) => (x > alpha ? x : 0));
  },
  Shrink: (call) => {
    const lambda = floatAttribute(call.node, "lambd", 0.5);
    const bias = floatAttribute(call.node, "bias", 0);
    return pointwise(input(call, 0), (x) => (x < -lambda ? x + bias : x > lambda ? x - bias : 0));
  },
  Softplus: activation(softplus),
  Softsign: activation((x) => x / (1 + Math.abs(x))),
  HardSigmoid: (call) => {
    const alpha = floatAttribute(call.node, "alpha", 0.2);
    const beta = floatAttribute(call.node, "beta", 0.5);
    return pointwise(input(call, 0), (x) => hardSigmoid(x, alpha, beta));
  },
  HardSwish: activation((x) => x * hardSigmoid(x, 1 / 6, 0.5)),
  Mish: activation((x) => x * Math.tanh(softplus(x))),
  Swish: (call) => {
    const alpha = floatAttribute(call.node, "alpha", 1);
    return pointwise(input(call, 0), (x) => x * sigmoid(alpha * x));
  },
  Gelu: (call) =>
    pointwise(input(call, 0), stringAttribute(call.node, "approximate", "none") === "tanh" ? tanhGelu : gelu),
  Clip: (call) => {
    const low = call.inputs[1]?.data[0] ?? -Infinity;
    const high = call.inputs[2]?.data[0] ?? Infinity;
    return pointwise(input(call, 0), (x) => Math.min(Math.max(x, low), high));
  },
  "com.microsoft.Gelu": activation(gelu),
  "com.microsoft.BiasGelu": (call) => pointwise(biased(call), gelu),
  "com.microsoft.FastGelu": (call) => pointwise(biased(call), tanhGelu),
  "com.microsoft.QuickGelu": (call) => {
    const alpha = floatAttribute(call.node, "alpha", 1.702);
    return pointwise(input(call, 0), (x) => x * sigmoid(alpha * x));
  },
} satisfies KernelTable;
