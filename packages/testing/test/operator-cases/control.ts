import { type Attribute, GraphBuilder } from "@incipit/onnx";
import type { OperatorCase } from "../operator-case.js";
import { floats } from "../tensors.js";

/** A subgraph that has weights of its own and reads the condition from the graph around it. */
function branch(name: string, weights: readonly number[]): Attribute {
  const g = new GraphBuilder();
  const weight = g.initializer(floats(weights), `${name}Weight`);
  const outer = g.op("CastLike", ["x0", weight], {}, { name: `${name}Cast` });
  g.output(g.op("Add", [outer, weight], {}, { name: `${name}Add` }), `${name}Result`);
  return { type: "graph", value: g.build() };
}

export const control: readonly OperatorCase[] = [0, 1].map((condition) => ({
  op: "If",
  inputs: [{ dtype: "bool", shape: [], data: Uint8Array.of(condition) }],
  attributes: { then_branch: branch("then", [1, 2, 3]), else_branch: branch("else", [-1, -2]) },
}));
