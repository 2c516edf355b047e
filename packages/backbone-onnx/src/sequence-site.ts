import { consumersOf, type Graph, type Node, type Value } from "@incipit/onnx";

/** The embedded input of a model without token ids, such as one of images or sound. Virtual tokens are further rows. */
export interface SequenceSite {
  readonly kind: "sequence";
  /** Patches or frames with their position embeddings, `[batch, positions, width]`. */
  readonly embedding: Value;
}

/**
 * Where a model adds position embeddings to its embedded input: the first addition of a constant `[1, positions, width]`
 * to what comes from a float input. Virtual tokens go in after it and have no position.
 */
export function findSequenceSite(graph: Graph): SequenceSite | undefined {
  const consumers = consumersOf(graph);
  const reached = new Set<Value>(
    graph.inputs.filter((input) => input.dtype.includes("float")).map((input) => input.name),
  );
  for (const value of reached) {
    for (const node of consumers.get(value) ?? []) {
      for (const output of node.outputs) reached.add(output);
    }
  }
  const addition = graph.nodes.find(
    (node) =>
      node.opType === "Add" && node.inputs.some((input) => reached.has(input)) && addsPositions(graph, node),
  );
  const [embedding] = addition?.outputs ?? [];
  return embedding === undefined ? undefined : { kind: "sequence", embedding };
}

function addsPositions(graph: Graph, { inputs }: Node): boolean {
  return inputs.some((input) => {
    const [one, positions = 1, width = 1, ...more] = graph.initializers.get(input)?.shape ?? [];
    return one === 1 && positions > 1 && width > 1 && more.length === 0;
  });
}
