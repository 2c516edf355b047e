import { type Attribute, GraphBuilder } from "@incipit/onnx";
import type { OperatorCase } from "../operator-case.js";
import { floats } from "../tensors.js";

/** A subgraph that computes `op(x1, x1)` from the graph around it. */
function branch(op: string): Attribute {
  const g = new GraphBuilder();
  g.output(g.op(op, ["x1", "x1"], {}, { name: `${op}Branch` }), `${op}Result`);
  return { type: "graph", value: g.build() };
}

export const control: readonly OperatorCase[] = [0, 1].map((condition) => ({
  op: "If",
  inputs: [{ dtype: "bool", shape: [], data: Uint8Array.of(condition) }, floats([1, 2, 3])],
  attributes: { then_branch: branch("Add"), else_branch: branch("Mul") },
}));
