import type { Shape, Value } from "@incipit/onnx";
import type { ShapedGraph } from "./pass.js";

/** What is known of a value's shape, be it a weight or computed. */
export function shapeOf({ graph, shapes }: ShapedGraph, value: Value): Shape | undefined {
  return (graph.initializers.get(value) ?? shapes.get(value))?.shape;
}
