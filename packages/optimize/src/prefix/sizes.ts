import {
  GraphBuilder,
  int64,
  intAttribute,
  type Node,
  removeDeadNodes,
  type Shape,
  type Value,
} from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { shapeOf } from "../shape-of.js";

/**
 * `Shape` of values that have a sequence's rows, written with the sequence's own batch size and length: so nothing has to keep
 * such a value for its sizes.
 */
export function sizesOfSequence(shaped: ShapedGraph, sequence: Value, values: Iterable<Value>): ShapedGraph {
  const { graph, shapes } = shaped;
  const [batch, rows] = shapeOf(shaped, sequence) ?? [];
  const others = new Set(values);
  others.delete(sequence);
  const dimensionsOf = (node: Node): Shape | undefined => {
    const [value = ""] = node.inputs;
    if (node.opType !== "Shape" || !others.has(value)) return undefined;
    const shape = shapeOf(shaped, value) ?? [];
    const dims = shape.slice(intAttribute(node, "start", 0), intAttribute(node, "end", shape.length));
    const areKnown = dims.every((dim) => typeof dim === "number" || dim === batch || dim === rows);
    return areKnown && dims.length > 0 ? dims : undefined;
  };

  const g = new GraphBuilder(graph);
  const made = new Map<Shape[number], Value>();
  const size = (dim: Shape[number]): Value => {
    const start = dim === batch ? 0 : 1;
    const value =
      made.get(dim) ??
      (typeof dim === "number"
        ? g.initializer(int64([dim]), "size")
        : g.op("Shape", [sequence], { start, end: start + 1 }));
    made.set(dim, value);
    return value;
  };
  for (const node of graph.nodes) {
    const dims = dimensionsOf(node);
    const [output = ""] = node.outputs;
    if (dims !== undefined) g.rewire(output, () => g.op("Concat", dims.map(size), { axis: 0 }));
  }
  return { graph: removeDeadNodes(g.build()), shapes };
}
