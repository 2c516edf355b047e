import type { Graph, Shapes } from "@incipit/onnx";

/** A graph, and what is known of its values: dtypes and shapes, as probing finds them. */
export interface ShapedGraph {
  readonly graph: Graph;
  readonly shapes: Shapes;
}

/** A change of a graph that leaves what its outputs compute as it is, to rounding. */
export type Pass = (shaped: ShapedGraph) => ShapedGraph;

/** Several passes as one. */
export function sequence(passes: readonly Pass[]): Pass {
  return (shaped) => passes.reduce((current, pass) => pass(current), shaped);
}
