import { type Node, namesIn, sortTopologically, uniqueNames, type Value } from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { matcher, near } from "./matcher.js";

/**
 * Where the gradient computes 1 + erf(x/√2), the forward `Gelu(x)` becomes x·(1 + erf(x/√2))/2 with the same value: erf takes
 * longer than all else in both, and is then computed once. Costs the memory of that value from forward to backward.
 */
export function shareErf({ graph, shapes }: ShapedGraph): ShapedGraph {
  const match = matcher(graph);
  const twiceCdf = new Map<Value, Value>();
  for (const node of graph.nodes) {
    if (node.opType !== "Erf" || node.domain !== "") continue;
    const x = match.unscaled(node.inputs[0], Math.SQRT1_2);
    const sum = match.read(node.outputs[0], "Add");
    if (x !== undefined && near(match.scalar(match.other(sum, node.outputs[0])), 1))
      twiceCdf.set(x, sum?.outputs[0] ?? "");
  }
  const unique = uniqueNames(namesIn(graph));
  const half = unique("optimize/half");
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const [x = ""] = node.inputs;
    const cdf = twiceCdf.get(x);
    const [output = ""] = node.outputs;
    if (node.opType !== "Gelu" || node.domain !== "com.microsoft" || cdf === undefined) return [node];
    const twice = unique(`${output}/twice`);
    const product = { opType: "Mul", domain: "", attributes: {} };
    return [
      { ...product, name: twice, inputs: [x, cdf], outputs: [twice] },
      { ...product, name: node.name, inputs: [twice, half], outputs: [output] },
    ];
  });
  if (nodes.length === graph.nodes.length) return { graph, shapes };
  const initializers = new Map(graph.initializers);
  initializers.set(half, { dtype: "float32", shape: [], data: Float32Array.of(0.5) });
  return { graph: { ...graph, nodes: sortTopologically(nodes), initializers }, shapes };
}
