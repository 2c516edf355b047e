import { consumersOf, intAttribute, sizeOf, type Graph, type Value } from "@incipit/onnx";

/**
 * Whether the model reads its first position by number, as a `[CLS]` pooler does: a Gather with the constant index 0
 * along axis 1 of something that comes from the embedded tokens.
 */
export function readsFirstToken(graph: Graph, embedding: Value): boolean {
  const consumers = consumersOf(graph);
  const reached = new Set([embedding]);
  for (const value of reached) {
    for (const node of consumers.get(value) ?? []) {
      if (node.opType === "Gather" && node.inputs[0] === value && intAttribute(node, "axis", 0) === 1) {
        const index = graph.initializers.get(node.inputs[1] ?? "");
        if (index !== undefined && sizeOf(index.shape) === 1 && Number(index.data[0]) === 0) return true;
      }
      for (const output of node.outputs) reached.add(output);
    }
  }
  return false;
}
