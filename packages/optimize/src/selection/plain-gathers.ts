import { intAttribute, type Node, namesIn, uniqueNames, int64 } from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";

/** `Gather` by one number, which drops its axis, as a `Gather` of one entry and a `Squeeze`: the former is a selection. */
export function withPlainGathers({ graph, shapes }: ShapedGraph): ShapedGraph {
  const unique = uniqueNames(namesIn(graph));
  const initializers = new Map(graph.initializers);
  const known = new Map(shapes);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const [data = "", indices = ""] = node.inputs;
    const index = graph.initializers.get(indices);
    const info = shapes.get(data);
    if (node.opType !== "Gather" || node.domain !== "" || index?.shape.length !== 0 || info === undefined)
      return [node];
    if (graph.initializers.has(data)) return [node];
    const axis = (intAttribute(node, "axis", 0) + info.shape.length) % info.shape.length;
    const [one, kept, axes] = [unique("optimize/index"), unique(`${data}/selected`), unique("optimize/axes")];
    for (const [name, tensor] of [[one, { ...index, shape: [1] }] as const, [axes, int64([axis])] as const]) {
      initializers.set(name, tensor);
      known.set(name, { name, dtype: tensor.dtype, shape: tensor.shape });
    }
    known.set(kept, { ...info, name: kept, shape: info.shape.map((dim, i) => (i === axis ? 1 : dim)) });
    return [
      { ...node, inputs: [data, one], outputs: [kept] },
      { ...node, name: `${node.name}/squeeze`, opType: "Squeeze", inputs: [kept, axes], attributes: {} },
    ];
  });
  return { graph: { ...graph, nodes, initializers }, shapes: known };
}
