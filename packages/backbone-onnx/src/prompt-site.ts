import { GraphError } from "@incipit/core";
import { consumersOf, intAttribute, type Graph, type Node, type Value } from "@incipit/onnx";

/** Where a prompt enters a graph: the lookup that turns token ids into embeddings. */
export interface PromptSite {
  /** The graph input with the token ids. */
  readonly ids: Value;
  /** The lookup's output, `[batch, seq, width]`. */
  readonly embedding: Value;
  /** The initializer with the embedding table, `[vocabulary, width]`. */
  readonly table: Value;
}

/** Operators that hand ids on without changing what they are. */
const PASSES_IDS: ReadonlySet<string> = new Set([
  "Cast",
  "Identity",
  "Reshape",
  "Squeeze",
  "Unsqueeze",
  "Flatten",
]);

/**
 * Finds the token embedding by what the graph computes: a Gather of rows of a float matrix among the weights, whose
 * indices are the ids themselves. Of several the one with the most rows is the vocabulary's.
 * @param ids the graph input with the token ids
 * @throws {GraphError} when there is no such input or no such lookup
 */
export function findPromptSite(graph: Graph, ids = "input_ids"): PromptSite {
  if (!graph.inputs.some((input) => input.name === ids)) {
    const names = graph.inputs.map((input) => input.name).join(", ");
    throw new GraphError(
      `The model has no input "${ids}"; it has ${names}. Name the one with the token ids.`,
    );
  }
  const consumers = consumersOf(graph);
  const lookups: Node[] = [];
  const carriers: Value[] = [ids];
  for (let value = carriers.pop(); value !== undefined; value = carriers.pop()) {
    for (const node of consumers.get(value) ?? []) {
      if (node.opType === "Gather" && node.inputs[1] === value) lookups.push(node);
      else if (PASSES_IDS.has(node.opType) && node.inputs[0] === value) carriers.push(...node.outputs);
    }
  }
  const rows = (node: Node) => graph.initializers.get(node.inputs[0] ?? "")?.shape[0] ?? 0;
  const [lookup] = lookups.filter((node) => isEmbeddingLookup(graph, node)).sort((a, b) => rows(b) - rows(a));
  const [table, embedding] = [lookup?.inputs[0], lookup?.outputs[0]];
  if (table === undefined || embedding === undefined) {
    throw new GraphError(
      `No place for a prompt: nothing in the graph looks rows of a float table up by "${ids}". ` +
        `Use an export that takes token ids, not embeddings.`,
    );
  }
  return { ids, embedding, table };
}

function isEmbeddingLookup(graph: Graph, node: Node): boolean {
  const table = graph.initializers.get(node.inputs[0] ?? "");
  return table?.shape.length === 2 && table.dtype.includes("float") && intAttribute(node, "axis", 0) === 0;
}
