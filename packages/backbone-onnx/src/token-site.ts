import { GraphError } from "@incipit/core";
import { consumersOf, intAttribute, type Graph, type Node, type Value } from "@incipit/onnx";
import { toFloat32 } from "@incipit/tensor";

/** Where token ids become embeddings. Virtual tokens take the place of rows that placeholder ids have made room for. */
export interface TokenSite {
  readonly kind: "tokens";
  /** The graph input with the token ids. */
  readonly ids: Value;
  /** What the model's embedding module gives, `[batch, seq, width]`: rows of the table, times `scale`. */
  readonly embedding: Value;
  /** The initializer with the embedding table, `[vocabulary, width]`. */
  readonly table: Value;
  readonly scale: number;
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

type Consumers = ReturnType<typeof consumersOf>;

/**
 * The token embedding: a Gather of rows of a float matrix among the weights, whose indices are the ids themselves. Of
 * several the one with the most rows is the vocabulary's.
 * @param ids the graph input with the token ids
 * @throws {GraphError} when there is no such lookup
 */
export function findTokenSite(graph: Graph, ids: Value): TokenSite {
  const consumers = consumersOf(graph);
  const rows = (node: Node) => graph.initializers.get(node.inputs[0] ?? "")?.shape[0] ?? 0;
  const [lookup] = lookupsOf(ids, consumers)
    .filter((node) => isEmbeddingLookup(graph, node))
    .sort((a, b) => rows(b) - rows(a));
  const [table, embedding] = [lookup?.inputs[0], lookup?.outputs[0]];
  if (lookup === undefined || table === undefined || embedding === undefined) {
    throw new GraphError(
      `No place for a prompt: nothing in the graph looks rows of a float table up by "${ids}". ` +
        `Use an export that takes token ids, not embeddings.`,
    );
  }
  return { kind: "tokens", ids, table, ...(scaling(graph, lookup, consumers) ?? { embedding, scale: 1 }) };
}

/** The Gathers whose indices are the ids. */
function lookupsOf(ids: Value, consumers: Consumers): Node[] {
  const lookups: Node[] = [];
  const carriers: Value[] = [ids];
  for (let value = carriers.pop(); value !== undefined; value = carriers.pop()) {
    for (const node of consumers.get(value) ?? []) {
      if (node.opType === "Gather" && node.inputs[1] === value) lookups.push(node);
      else if (PASSES_IDS.has(node.opType) && node.inputs[0] === value) carriers.push(...node.outputs);
    }
  }
  return lookups;
}

function isEmbeddingLookup(graph: Graph, node: Node): boolean {
  const table = graph.initializers.get(node.inputs[0] ?? "");
  return table?.shape.length === 2 && table.dtype.includes("float") && intAttribute(node, "axis", 0) === 0;
}

/**
 * The multiplication by a constant that some embedding modules end with, such as by the root of the width. One outside of
 * the module comes after the prompt; exporters say which module a node belongs to. Unsaid, it is taken to be the same.
 */
function scaling(
  graph: Graph,
  lookup: Node,
  consumers: Consumers,
): Pick<TokenSite, "embedding" | "scale"> | undefined {
  const [rows = ""] = lookup.outputs;
  const [node, ...others] = consumers.get(rows) ?? [];
  const factor = graph.initializers.get(node?.inputs.find((input) => input !== rows) ?? "");
  const [embedding] = node?.outputs ?? [];
  if (node?.opType !== "Mul" || others.length > 0 || factor?.data.length !== 1 || embedding === undefined)
    return;
  const [inner, outer] = [moduleOf(lookup), moduleOf(node)];
  if (inner !== undefined && outer !== undefined && inner !== outer) return;
  return { embedding, scale: Number(toFloat32(factor).data[0]) };
}

/** The module that a node comes from: as the exporter notes it, or the path in its name. */
function moduleOf({ module, name }: Node): string | undefined {
  return module ?? (name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : undefined);
}
