import { consumersOf, type Graph, type Node, usesOf } from "@incipit/onnx";

/**
 * Whether all that depends on constants alone are transposed matrices that products read. ONNX Runtime's products read a matrix either way;
 * made beforehand, each would be a copy of a weight.
 */
export function foldsOnlyTransposes(graph: Graph): boolean {
  const { nodes, initializers } = graph;
  const isMatrix = (value = "") => initializers.get(value)?.shape.length === 2;
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  return nodes
    .filter((node) => usesOf(node).every((value) => initializers.has(value)))
    .every((node) => {
      const [made = ""] = node.outputs;
      return (
        isTranspose(node) &&
        isMatrix(node.inputs[0]) &&
        !outputs.has(made) &&
        (consumers.get(made) ?? []).every(isProduct)
      );
    });
}

function isTranspose({ opType, domain }: Node): boolean {
  return opType === "Transpose" && domain === "";
}

function isProduct({ opType, domain }: Node): boolean {
  return opType === "MatMul" && domain === "";
}
