/** @file Changes to graphs, as functions from graph to graph. */
import { GraphError } from "@incipit/core";
import type { Attribute, Graph, Node, Value } from "./graph.js";
import { producersOf, usesOf } from "./query.js";

/**
 * The part of a graph that `outputs` need: its outputs are those, its inputs, weights and nodes what they are made of.
 * @throws {GraphError} when the graph has no such value
 */
export function extractSubgraph(graph: Graph, outputs: readonly Value[]): Graph {
  const producers = producersOf(graph);
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const needed = new Set<Value>();
  const nodes = new Set<Node>();
  const pending = [...outputs];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (needed.has(value)) continue;
    needed.add(value);
    const node = producers.get(value);
    if (node !== undefined) {
      nodes.add(node);
      pending.push(...usesOf(node));
    } else if (!inputs.has(value) && !graph.initializers.has(value)) {
      throw new GraphError(`Graph "${graph.name}" has no value "${value}".`, { details: { value } });
    }
  }
  const declared = new Map(graph.outputs.map((output) => [output.name, output]));
  return {
    ...graph,
    inputs: graph.inputs.filter((input) => needed.has(input.name)),
    outputs: outputs.map((name) => declared.get(name) ?? { name }),
    nodes: graph.nodes.filter((node) => nodes.has(node)),
    initializers: new Map(Array.from(graph.initializers).filter(([name]) => needed.has(name))),
  };
}

/** The node with each of its subgraphs replaced. */
export function mapSubgraphs(node: Node, replace: (subgraph: Graph) => Graph): Node {
  const entries = Object.entries(node.attributes);
  if (!entries.some(([, { type }]) => type === "graph" || type === "graphs")) return node;
  const attributes = entries.map(([name, attribute]): [string, Attribute] => {
    if (attribute.type === "graph") return [name, { type: "graph", value: replace(attribute.value) }];
    if (attribute.type === "graphs") return [name, { type: "graphs", value: attribute.value.map(replace) }];
    return [name, attribute];
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

/** The node reading other values in place of some, also inside its subgraphs. */
export function renameUses(node: Node, rename: (value: Value) => Value): Node {
  const renamed = mapSubgraphs(node, (subgraph) => ({
    ...subgraph,
    nodes: subgraph.nodes.map((inner) => renameUses(inner, rename)),
    outputs: subgraph.outputs.map((output) => ({ ...output, name: rename(output.name) })),
  }));
  return node.inputs.some((input) => rename(input) !== input)
    ? { ...renamed, inputs: node.inputs.map(rename) }
    : renamed;
}

/** Makes names that are not in `taken`, and adds them to it: `hint`, `hint_1`, `hint_2`… */
export function uniqueNames(taken: Set<Value>): (hint: string) => Value {
  const counts = new Map<string, number>();
  return (hint) => {
    let name = hint;
    let count = counts.get(hint) ?? 0;
    while (taken.has(name)) name = `${hint}_${++count}`;
    counts.set(hint, count);
    taken.add(name);
    return name;
  };
}
