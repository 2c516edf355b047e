import type { Graph, Shape, Shapes, Value } from "@incipit/onnx";

/** What is known of a value's shape, be it a weight or computed. */
export function shapeOf(
  { graph, shapes }: { readonly graph: Pick<Graph, "initializers">; readonly shapes: Shapes },
  value: Value,
): Shape | undefined {
  return (graph.initializers.get(value) ?? shapes.get(value))?.shape;
}
