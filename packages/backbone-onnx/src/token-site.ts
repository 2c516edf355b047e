import { GraphError, type DType, type HostTensor } from "@incipit/core";
import {
  consumersOf,
  dtypeOf,
  intAttribute,
  producersOf,
  sizeOf,
  type Graph,
  type Node,
  type Value,
} from "@incipit/onnx";

/** Where token ids become embeddings. Virtual tokens take the place of rows that placeholder ids have made room for. */
export interface TokenSite {
  readonly kind: "tokens";
  /** The graph input with the token ids. */
  readonly ids: Value;
  /** What the model's embedding module gives, `[batch, seq, width]`: rows of a table, decoded and scaled where need be. */
  readonly embedding: Value;
  /** The embedding's. */
  readonly dtype: DType;
  /** How many rows the table has. */
  readonly vocabulary: number;
  /** The initializer with the table, `[vocabulary, width]`, where its rows are the embeddings as they are. */
  readonly table?: Value;
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
 * The token embedding: a Gather of rows of a matrix among the weights, as it is or decoded, whose indices are the ids
 * themselves. Of several the one with the most rows is the vocabulary's.
 * @param ids the graph input with the token ids
 * @throws {GraphError} when there is no such lookup
 */
export function findTokenSite(graph: Graph, ids: Value): TokenSite {
  const consumers = consumersOf(graph);
  const [lookup] = lookupsOf(graph, ids, consumers).sort((a, b) => b.rows - a.rows);
  if (lookup === undefined) {
    throw new GraphError(
      `No place for a prompt: nothing in the graph looks rows of a table up by "${ids}". ` +
        `Use an export that takes token ids, not embeddings.`,
    );
  }
  const { node, rows } = lookup;
  const [table = ""] = node.inputs;
  const { value: embedding, dtype, isSame } = decoded(graph, lookup, consumers);
  const asItIs = node.opType === "Gather" && isSame && graph.initializers.has(table);
  return { kind: "tokens", ids, embedding, dtype, vocabulary: rows, ...(asItIs && { table }) };
}

interface Lookup {
  readonly node: Node;
  readonly rows: number;
  /** The looked-up rows' dtype. */
  readonly dtype: DType;
}

function lookupsOf(graph: Graph, ids: Value, consumers: Consumers): Lookup[] {
  const lookups: Lookup[] = [];
  const weightOf = decodedWeights(graph);
  const carriers: Value[] = [ids];
  for (let value = carriers.pop(); value !== undefined; value = carriers.pop()) {
    for (const node of consumers.get(value) ?? []) {
      const [table = "", indices] = node.inputs;
      const axis = GATHER_AXIS[node.opType];
      if (axis !== undefined && indices === value) {
        const { shape, dtype } = weightOf(table) ?? { shape: [], dtype: "float32" };
        const [rows] = shape;
        if (rows !== undefined && shape.length === 2 && intAttribute(node, axis, 0) === 0)
          lookups.push({ node, rows, dtype });
      } else if (PASSES_IDS.has(node.opType) && table === value) carriers.push(...node.outputs);
    }
  }
  return lookups;
}

/** The operators that look rows up, with what they call the axis. The second reads a table of 4 or 8 bits, and decodes. */
const GATHER_AXIS: Readonly<Record<string, string>> = { Gather: "axis", GatherBlockQuantized: "gather_axis" };

/** Shape and dtype of a weight, also of one that is decoded or cast as a whole before it is used. */
function decodedWeights(graph: Graph) {
  const producers = producersOf(graph);
  return function weightOf(value: Value): Pick<HostTensor, "shape" | "dtype"> | undefined {
    const node = producers.get(value);
    if (node === undefined) return graph.initializers.get(value);
    const dtype = decodedType(graph, node);
    const weight = dtype && weightOf(node.inputs[0] ?? "");
    return weight && { shape: weight.shape, dtype };
  };
}

/** What a node that decodes numbers makes of them; undefined of other nodes. */
function decodedType({ initializers }: Graph, node: Node): DType | undefined {
  if (node.opType === "Cast") return dtypeOf(intAttribute(node, "to", 0));
  return node.opType === "DequantizeLinear" ? initializers.get(node.inputs[1] ?? "")?.dtype : undefined;
}

/**
 * What looked-up rows become inside the embedding module: floats, where they were stored in 8 or 16 bits; and multiplied by
 * a constant such as the root of the width, in some.
 */
function decoded(
  graph: Graph,
  lookup: Lookup,
  consumers: Consumers,
): { readonly value: Value; readonly dtype: DType; readonly isSame: boolean } {
  let value = lookup.node.outputs[0] ?? "";
  // The scales of a table in blocks are its third input.
  let dtype = graph.initializers.get(lookup.node.inputs[2] ?? "")?.dtype ?? lookup.dtype;
  // A Cast to what the rows are, as T5 has it, changes nothing.
  let isSame = true;
  for (;;) {
    const [node, ...others] = (consumers.get(value) ?? []).filter(({ opType }) => opType !== "Shape");
    if (node === undefined || others.length > 0) break;
    const decodedTo = node.inputs[0] === value ? decodedType(graph, node) : undefined;
    if (decodedTo === undefined && !scales(graph, node, value, lookup.node)) break;
    isSame &&= decodedTo === dtype;
    dtype = decodedTo ?? dtype;
    value = node.outputs[0] ?? "";
  }
  return { value, dtype, isSame };
}

/**
 * Whether a node multiplies the rows by a constant, within the module of the lookup. What is multiplied outside of it comes
 * after the prompt. Exporters say which module a node is of; unsaid, it is taken to be the same.
 */
function scales(graph: Graph, node: Node, rows: Value, lookup: Node): boolean {
  const factor = graph.initializers.get(node.inputs.find((input) => input !== rows) ?? "");
  const [inner, outer] = [moduleOf(lookup), moduleOf(node)];
  const sameModule = inner === undefined || outer === undefined || inner === outer;
  return node.opType === "Mul" && factor !== undefined && sizeOf(factor.shape) === 1 && sameModule;
}

/** The module that a node comes from: as the exporter notes it, or the path in its name. */
function moduleOf({ module, name }: Node): string | undefined {
  return module ?? (name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : undefined);
}
