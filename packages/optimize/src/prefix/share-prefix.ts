/** @file Computing once per batch what depends on the prompt alone. */
import {
  extractSubgraph,
  type Graph,
  producersOf,
  removeDeadNodes,
  sortTopologically,
  type Evaluate,
  type Value,
  type ValueTensors,
} from "@incipit/onnx";
import { inferShapes } from "../infer-shapes.js";
import type { ShapedGraph } from "../pass.js";
import { pushSelectionsUp } from "../selection/push-selections-up.js";
import { unflatten } from "../selection/unflatten.js";
import { joinRows, type Parts, type SharedRows } from "./join-rows.js";
import { prefixAlone, type PrefixAlone } from "./prefix-alone.js";
import { rowsOf, type RowAxes, valueOf, type WholeUse } from "./rows.js";
import { areRowsOf, sameRows } from "./same-rows.js";
import { shapeOf } from "../shape-of.js";
import { sizesOfSequence } from "./sizes.js";

/** A shared prefix: rows that the sequence of every example begins with. */
export interface Prefix {
  /** `[batch, prefix + seq, width]`, a `Concat` of the prefix and of each example's own rows. */
  readonly sequence: Value;
  /** The inputs `[batch, seq]` that hold the examples' texts: ids, mask and what else goes with each token. */
  readonly texts: readonly Value[];
}

/** What `sharePrefix` needs besides the graph. */
export interface SharePrefixOptions {
  readonly prefix: Prefix;
  /** Runs a graph. */
  readonly evaluate: Evaluate;
  /** A batch of at least two examples to try the graph on. */
  readonly batch: ValueTensors;
}

/**
 * What depends on the prefix alone is computed once, not for every example. Under a causal mask no row of the prefix depends on
 * what is behind it, so its keys and values are the same for all examples. The graph computes them on the prefix by itself,
 * and each example's rows attend to them as they would to those of a cache; its own copy of the prefix's rows nothing needs then.
 *
 * Whether a model is causal is tried: rows of the prefix must be the same by themselves as in front of a text. Where they are
 * not, or cannot be followed through the graph, the graph stays as it is.
 */
export async function sharePrefix(shaped: ShapedGraph, options: SharePrefixOptions): Promise<ShapedGraph> {
  const { sequence } = options.prefix;
  const parts = partsOf(shaped, options.prefix);
  if (parts === undefined) return shaped;
  const flat = unflatten(shaped);
  const start = sizesOfSequence(flat, sequence, rowsOf(flat, sequence).axes.keys());
  const rows = rowsOf(start, sequence);
  const uses = rows.wholeUses.filter((use) => valueOf(use) !== sequence);
  const values = [...new Set(uses.map(valueOf))];
  const alone = values.length > 0 ? await prefixAlone(start.graph, { values, ...options }) : undefined;
  if (alone === undefined) return shaped;
  const shared = await sharedRows(start, { values, alone, axes: rows.axes, ...options });
  if (shared.length === 0) return shaped;

  const both: ShapedGraph = {
    graph: {
      ...start.graph,
      nodes: [...start.graph.nodes, ...alone.nodes],
      initializers: new Map([...start.graph.initializers, ...alone.initializers]),
    },
    shapes: new Map([...start.shapes, ...alone.shapes]),
  };
  const { shaped: joined, names } = joinRows(both, parts, shared);
  const graph = removeDeadNodes(withUses(joined.graph, uses, names));
  return pushSelectionsUp(inferShapes({ graph, shapes: joined.shapes }));
}

function partsOf(shaped: ShapedGraph, { sequence, texts }: Prefix): Parts | undefined {
  const concat = producersOf(shaped.graph).get(sequence);
  const [prefix = "", text = "", ...others] = concat?.opType === "Concat" ? concat.inputs : [];
  const [length, rows] = [shapeOf(shaped, prefix)?.[1], shapeOf(shaped, text)?.[1]];
  const [batchOf] = texts;
  return typeof length !== "number" || rows === undefined || batchOf === undefined || others.length > 0
    ? undefined
    : { prefix: length, text: rows, batchOf };
}

interface Trial extends SharePrefixOptions {
  readonly values: readonly Value[];
  readonly alone: PrefixAlone;
  readonly axes: ReadonlyMap<Value, RowAxes>;
}

/** The values whose first rows are the prefix's alone; none where of one they are not, as in a model that looks ahead. */
async function sharedRows(
  { graph }: ShapedGraph,
  { values, alone, axes, evaluate, batch }: Trial,
): Promise<readonly SharedRows[]> {
  const outputs = values.map((name) => ({ name }));
  const wholes = await evaluate(extractSubgraph({ ...graph, outputs }, values), {
    ...batch,
    ...alone.parameters,
  });
  const shared: SharedRows[] = [];
  for (const value of values) {
    const [whole, prefix, own] = [wholes[value], alone.results[alone.of(value)], axes.get(value)];
    if (whole === undefined || prefix === undefined || own === undefined) continue;
    if (!areRowsOf(whole, prefix, own)) continue;
    if (!sameRows(whole, prefix, own)) return [];
    shared.push({ value, alone: alone.of(value), axes: own });
  }
  return shared;
}

/** The graph with other values read in these places. */
function withUses(graph: Graph, uses: readonly WholeUse[], names: ReadonlyMap<Value, Value>): Graph {
  const nodes = graph.nodes.map((node) => {
    const read = new Set(uses.filter((use) => use.node === node).map(({ input }) => input));
    const inputs = node.inputs.map((input, i) => (read.has(i) ? (names.get(input) ?? input) : input));
    return read.size === 0 ? node : { ...node, inputs };
  });
  return { ...graph, nodes: sortTopologically(nodes) };
}
