import type { DType, HostTensor } from "@incipit/core";
import { consumersOf, type Graph, type Value } from "@incipit/onnx";

/** The embedded input of a model without token ids, such as one of images or sound. Virtual tokens are further rows. */
export interface SequenceSite {
  readonly kind: "sequence";
  /** Patches or frames with their position embeddings, `[batch, positions, width]`. */
  readonly embedding: Value;
  /** The embedding's. */
  readonly dtype: DType;
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
  for (const { opType, inputs, outputs } of graph.nodes) {
    if (opType !== "Add" || !inputs.some((input) => reached.has(input))) continue;
    const positions = inputs.map((input) => graph.initializers.get(input)).find(isPositionTable);
    const [embedding] = outputs;
    if (positions !== undefined && embedding !== undefined)
      return { kind: "sequence", embedding, dtype: positions.dtype };
  }
  return undefined;
}

/** Whether this is `[1, positions, width]`. */
function isPositionTable(weight: HostTensor | undefined): weight is HostTensor {
  const [one, positions = 1, width = 1, ...more] = weight?.shape ?? [];
  return one === 1 && positions > 1 && width > 1 && more.length === 0;
}
