import {
  describeNode,
  GraphBuilder,
  removeIdentities,
  sortTopologically,
  type Graph,
  type Node,
  type Value,
  type Shapes,
} from "@incipit/onnx";
import { UnsupportedOperatorError } from "@incipit/core";
import { contextFactory } from "../context.js";
import { nodesBetween } from "../path.js";
import { decompositionOf } from "./table.js";

/** What to take apart. */
export interface LowerOptions {
  /** The value that will be differentiated. */
  readonly loss: Value;
  /** With respect to what. */
  readonly wrt: readonly Value[];
  /** Finds the dtypes and shapes of values: `probeShapes` with probes. Called if there is something to take apart. */
  readonly probe: (graph: Graph, values: readonly Value[]) => Promise<Shapes>;
}

/**
 * The graph with fused operators taken apart where a gradient has to pass through them; elsewhere they stay, being faster
 * as they are. To be done before `gradient`. Values keep their names.
 * @throws {UnsupportedOperatorError} for a form of an operator that is not known, naming what is different about it
 */
export async function lower(graph: Graph, { loss, wrt, probe }: LowerOptions): Promise<Graph> {
  const fused = new Set(nodesBetween(graph, loss, wrt).filter((node) => decompositionOf(node) !== undefined));
  if (fused.size === 0) return graph;
  const inputs = [...fused].flatMap((node) => node.inputs.filter((input) => input !== ""));
  return decompose(graph, (node) => fused.has(node), await probe(graph, [...new Set(inputs)]));
}

/**
 * The graph with the fused operators that `select` chooses taken apart.
 * @param shapes of the inputs of those nodes; EmbedLayerNormalization needs none
 * @throws {UnsupportedOperatorError} for a form of an operator that is not known, naming what is different about it
 */
export function decompose(graph: Graph, select: (node: Node) => boolean, shapes: Shapes = new Map()): Graph {
  const g = new GraphBuilder(graph);
  const context = contextFactory({ g, shapes, initializers: graph.initializers });
  const replaced = new Set<Value>();
  const names = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const decomposition = decompositionOf(node);
    if (decomposition === undefined || !select(node)) continue;
    g.scope(node.name || node.opType, () => {
      const results = decomposition(context(node, []));
      for (const [i, output] of node.outputs.entries()) {
        if (output === "") continue;
        const result = results[i];
        if (result === undefined) {
          throw new UnsupportedOperatorError(`${describeNode(node)}: no gradient with its output ${i}.`);
        }
        names.set(g.op("Identity", [result]), output);
        replaced.add(output);
      }
    });
  }
  if (replaced.size === 0) return graph;
  const built = g.build();
  const nodes = built.nodes
    .filter((node) => !node.outputs.some((output) => replaced.has(output)))
    .map((node) => ({ ...node, outputs: node.outputs.map((output) => names.get(output) ?? output) }));
  return removeIdentities({ ...built, nodes: sortTopologically(nodes) });
}
