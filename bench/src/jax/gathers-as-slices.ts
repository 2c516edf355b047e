import { type Graph, int64, intAttribute, namesIn, type Node, uniqueNames } from "@incipit/onnx";

/**
 * The graph with every Gather of a single constant position in the form of a Slice: the gradient of a Gather is a scatter, which
 * jax-js's compiler does not take.
 */
export function gathersAsSlices(graph: Graph): Graph {
  const fresh = uniqueNames(new Set(namesIn(graph)));
  const initializers = new Map(graph.initializers);
  const constant = (values: readonly number[]) => {
    const name = fresh("constant");
    initializers.set(name, int64(values));
    return name;
  };
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const [data = "", index = ""] = node.inputs;
    const at = graph.initializers.get(index);
    if (node.opType !== "Gather" || at?.shape.length !== 0) return [node];
    const [position, axis] = [Number(at.data[0]), intAttribute(node, "axis", 0)];
    const row = fresh(`${node.name}/row`);
    const bounds = [[position], [position + 1], [axis]].map(constant);
    return [
      { ...node, name: row, opType: "Slice", inputs: [data, ...bounds], outputs: [row], attributes: {} },
      { ...node, opType: "Squeeze", inputs: [row, constant([axis])], attributes: {} },
    ];
  });
  return { ...graph, nodes, initializers };
}
