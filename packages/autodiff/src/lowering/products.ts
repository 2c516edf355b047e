/** @file ONNX Runtime's other fused operators. */
import { floatAttribute, intAttribute, type Value } from "@incipit/onnx";
import type { NodeContext } from "../rule.js";
import type { Decomposition } from "./decomposition.js";

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

/** a·gelu(b), where x + bias is a and b side by side on the last axis. */
export const biasSplitGelu: Decomposition = (c) => {
  const { g, ops } = c;
  const sum = ops.add(c.input(0), c.input(1));
  const [a = "", b = ""] = g.ops("Split", [sum], { axis: -1, num_outputs: 2 }, { outputs: 2 });
  return [ops.mul(a, g.op("Gelu", [b], {}, { domain: "com.microsoft" }))];
};
