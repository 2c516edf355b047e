/** @file ONNX Runtime's other fused operators. */
import {
  float,
  floatAttribute,
  intAttribute,
  stringAttribute,
  type Attribute,
  type Value,
} from "@incipit/onnx";
import type { NodeContext } from "../rule.js";
import { optional, unsupportedForm, type Decomposition } from "./decomposition.js";

/** α·A′·B′: A′ is A with its first axis behind those of the batch, and with its last two axes swapped, as asked for. */
export const fusedMatMul: Decomposition = (c) => {
  const { node, ops } = c;
  const product = ops.matmul(arranged(c, 0, "A"), arranged(c, 1, "B"));
  const alpha = floatAttribute(node, "alpha", 1);
  return [alpha === 1 ? product : ops.mul(product, c.scalar(alpha, c.input(0)))];
};

function arranged(c: NodeContext, i: number, name: "A" | "B"): Value {
  const x = c.input(i);
  const axes = [...c.shape(x).keys()];
  const [first = 0, ...others] = axes;
  const batch = intAttribute(c.node, `transBatch${name}`, 0) === 1;
  const moved = batch ? [...others.slice(0, -1), first, ...others.slice(-1)] : axes;
  const [row = 0, column = 0] = moved.slice(-2);
  const swapped = intAttribute(c.node, `trans${name}`, 0) === 1 && axes.length > 1;
  const permutation = swapped ? [...moved.slice(0, -2), column, row] : moved;
  return permutation.every((axis, place) => axis === place) ? x : c.ops.transpose(x, permutation);
}

/** The activation that a node's attribute names, applied to `x`. */
function activated(c: NodeContext, x: Value, parameters: Readonly<Record<string, Attribute>>): Value {
  const activation = stringAttribute(c.node, "activation", "");
  if (activation === "") return x;
  if (!ACTIVATIONS.has(activation)) throw unsupportedForm(c, `the activation "${activation}"`);
  return c.g.op(activation, [x], parameters);
}

/** Those with no parameters, or with α and β. */
const ACTIVATIONS = new Set([
  "Relu",
  "Tanh",
  "Sigmoid",
  "Softplus",
  "Elu",
  "LeakyRelu",
  "HardSigmoid",
  "HardSwish",
]);

/** Of a node's attributes those with a prefix, without it; or those without that prefix. */
function attributesWith(c: NodeContext, prefix: string): Readonly<Record<string, Attribute>> {
  const named = Object.entries(c.node.attributes).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(prefix.length), value]));
}

function attributesWithout(c: NodeContext, prefix: string): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(Object.entries(c.node.attributes).filter(([name]) => !name.startsWith(prefix)));
}

/** Gemm and an activation. */
export const fusedGemm: Decomposition = (c) => {
  const product = c.g.op("Gemm", c.node.inputs, attributesWithout(c, "activation"));
  return [activated(c, product, attributesWith(c, "activation_"))];
};

/** Conv, what is added to it, and an activation. */
export const fusedConv: Decomposition = (c) => {
  const added = optional(c, 3);
  const result = c.g.op("Conv", c.node.inputs.slice(0, 3), attributesWithout(c, "activation"));
  const [alpha, beta] = floatsAttribute(c, "activation_params");
  const parameters = {
    ...(alpha === undefined ? {} : { alpha: float(alpha) }),
    ...(beta === undefined ? {} : { beta: float(beta) }),
  };
  return [activated(c, added === undefined ? result : c.ops.add(result, added), parameters)];
};

function floatsAttribute({ node }: NodeContext, name: string): readonly number[] {
  const attribute = node.attributes[name];
  return attribute?.type === "floats" ? attribute.value : [];
}

/** a·gelu(b), where x + bias is a and b side by side on the last axis. */
export const biasSplitGelu: Decomposition = (c) => {
  const { g, ops } = c;
  const sum = ops.add(c.input(0), c.input(1));
  const [a = "", b = ""] = g.ops("Split", [sum], { axis: -1, num_outputs: 2 }, { outputs: 2 });
  return [ops.mul(a, g.op("Gelu", [b], {}, { domain: "com.microsoft" }))];
};
