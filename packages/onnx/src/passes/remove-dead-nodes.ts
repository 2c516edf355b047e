import { extractSubgraph } from "../graph/edit.js";
import type { Graph } from "../graph/graph.js";

/** Without the nodes and weights that no output needs. Inputs stay, used or not: they are the graph's interface. */
export function removeDeadNodes(graph: Graph): Graph {
  const names = graph.outputs.map((output) => output.name);
  return { ...extractSubgraph(graph, names), inputs: graph.inputs };
}
