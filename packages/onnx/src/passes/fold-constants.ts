import type { DType, HostTensor } from "@incipit/core";
import { intAttribute } from "../graph/attributes.js";
import { extractSubgraph } from "../graph/edit.js";
import type { Evaluate, Graph, Node, Value, ValueInfo } from "../graph/graph.js";
import { producersOf, usesOf } from "../graph/query.js";
import { byteLength, dtypeOf, int64 } from "../graph/tensors.js";
import { isRandom } from "./purity.js";
import { removeDeadNodes } from "./remove-dead-nodes.js";

/** What constant folding may know and store. */
export interface FoldOptions {
  /** What is known of values: `Shape` of one whose sizes are all known is a constant. */
  readonly known?: ReadonlyMap<Value, ValueInfo>;
  /**
   * Results larger than this stay computed, unless they are no larger than what they are computed from.
   * @default 1 MiB
   */
  readonly maxBytes?: number;
}

/**
 * Compute, once and for all, what depends on constants alone. All of it is evaluated in one run.
 * @param evaluate runs a graph
 */
export async function foldConstants(
  graph: Graph,
  evaluate: Evaluate,
  { known = new Map(), maxBytes = 2 ** 20 }: FoldOptions = {},
): Promise<Graph> {
  const start = foldShapes(graph, known);
  const constants = new Set(start.initializers.keys());
  const foldable = new Set<Node>();
  for (const node of start.nodes) {
    if (!isFoldable(node, start) || !usesOf(node).every((value) => constants.has(value))) continue;
    foldable.add(node);
    for (const output of node.outputs) if (output !== "") constants.add(output);
  }
  if (foldable.size === 0) return removeDeadNodes(start);

  const values = [...foldable].flatMap((node) => node.outputs.filter((output) => output !== ""));
  const results = await evaluate(extractSubgraph(start, values), {});
  const kept = nodesToKeep(start, foldable, results, maxBytes);
  const initializers = new Map(start.initializers);
  for (const node of foldable) {
    if (kept.has(node)) continue;
    for (const output of node.outputs) {
      const result = results[output];
      if (result !== undefined) initializers.set(output, result);
    }
  }
  const nodes = start.nodes.filter((node) => !foldable.has(node) || kept.has(node));
  return removeDeadNodes({ ...start, nodes, initializers });
}

/** Operators whose results are no tensors of numbers, which an initializer cannot hold. */
const NOT_NUMERIC = /Sequence|Optional|String|Regex|TfIdf/;

function isFoldable(node: Node, { initializers }: Graph): boolean {
  if (node.domain !== "" || isRandom(node) || NOT_NUMERIC.test(node.opType)) return false;
  // Results of other types, bfloat16 and integers of 4 bits do not get from ONNX Runtime into JavaScript.
  if (node.opType === "Cast") return isReadable(dtypeOf(intAttribute(node, "to", 0)));
  const [scale] = node.opType === "DequantizeLinear" ? node.inputs.slice(1) : [];
  const typed = scale === undefined ? node.inputs : [scale];
  return typed.every((input) => isReadable(initializers.get(input)?.dtype ?? "float32"));
}

function isReadable(dtype: DType | undefined): boolean {
  return dtype !== undefined && dtype !== "bfloat16" && dtype !== "int4" && dtype !== "uint4";
}

/** `Shape` nodes whose result is known become constants. */
function foldShapes(graph: Graph, known: ReadonlyMap<Value, ValueInfo>): Graph {
  const infos = new Map([...graph.inputs.map((input) => [input.name, input] as const), ...known]);
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.filter((node) => {
    const [value = ""] = node.inputs;
    const [output = ""] = node.outputs;
    const shape = graph.initializers.get(value)?.shape ?? infos.get(value)?.shape;
    if (node.opType !== "Shape" || node.domain !== "" || shape === undefined) return true;
    const sizes = shape.slice(intAttribute(node, "start", 0), intAttribute(node, "end", shape.length));
    if (!sizes.every((size) => typeof size === "number")) return true;
    initializers.set(output, int64(sizes));
    return false;
  });
  return { ...graph, nodes, initializers };
}

/** Nodes whose results are too large to store, as far as something needs them. */
function nodesToKeep(
  graph: Graph,
  foldable: ReadonlySet<Node>,
  results: Readonly<Record<Value, HostTensor>>,
  maxBytes: number,
): ReadonlySet<Node> {
  const bytes = (value: Value) => {
    const tensor = results[value] ?? graph.initializers.get(value);
    return tensor === undefined ? 0 : byteLength(tensor.dtype, tensor.shape);
  };
  const total = (values: readonly Value[]) => values.reduce((sum, value) => sum + bytes(value), 0);
  const producers = producersOf(graph);
  const kept = new Set<Node>();
  const pending = graph.nodes.filter((node) => !foldable.has(node)).flatMap(usesOf);
  pending.push(...graph.outputs.map((output) => output.name));
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    const node = producers.get(value);
    if (node === undefined || !foldable.has(node) || kept.has(node)) continue;
    if (total(node.outputs) <= Math.max(maxBytes, total(usesOf(node)))) continue;
    kept.add(node);
    pending.push(...usesOf(node));
  }
  return kept;
}
