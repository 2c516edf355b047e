/** @file Questions one asks of a graph. */
import { GraphError } from "@incipit/core";
import type { Graph, Node, Value } from "./graph.js";

/** How messages name a node: operator, then name. */
export function describeNode(node: Node): string {
  const operator = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
  return `${operator} node "${node.name || (node.outputs[0] ?? "")}"`;
}

/** The node that makes each value; inputs and initializers have none. */
export function producersOf(graph: Graph): ReadonlyMap<Value, Node> {
  const producers = new Map<Value, Node>();
  for (const node of graph.nodes)
    for (const output of node.outputs) if (output !== "") producers.set(output, node);
  return producers;
}

/** The nodes that use each value, in order, each once, those that use it inside a subgraph included. */
export function consumersOf(graph: Graph): ReadonlyMap<Value, readonly Node[]> {
  const consumers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const value of new Set(usesOf(node))) {
      const nodes = consumers.get(value);
      if (nodes === undefined) consumers.set(value, [node]);
      else nodes.push(node);
    }
  }
  return consumers;
}

/** All that a node reads: its inputs and what its subgraphs capture from outside. */
export function usesOf(node: Node): readonly Value[] {
  const uses = node.inputs.filter((input) => input !== "");
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.type === "graph") uses.push(...capturesOf(attribute.value));
    else if (attribute.type === "graphs")
      for (const graph of attribute.value) uses.push(...capturesOf(graph));
  }
  return uses;
}

/** The values that a subgraph takes from the graph around it. */
export function capturesOf(graph: Graph): readonly Value[] {
  const own = new Set<Value>([...graph.inputs.map((input) => input.name), ...graph.initializers.keys()]);
  for (const node of graph.nodes) for (const output of node.outputs) own.add(output);
  const captured = new Set<Value>();
  for (const node of graph.nodes) for (const value of usesOf(node)) if (!own.has(value)) captured.add(value);
  for (const output of graph.outputs) if (!own.has(output.name)) captured.add(output.name);
  return [...captured];
}

/** All names in use, of values and of nodes, so that new ones can be made unique. */
export function namesIn(graph: Graph): Set<Value> {
  const names = new Set<Value>([...graph.inputs.map((input) => input.name), ...graph.initializers.keys()]);
  for (const output of graph.outputs) names.add(output.name);
  for (const node of graph.nodes) {
    names.add(node.name);
    for (const output of node.outputs) names.add(output);
    for (const attribute of Object.values(node.attributes)) {
      const graphs =
        attribute.type === "graph" ? [attribute.value] : attribute.type === "graphs" ? attribute.value : [];
      for (const inner of graphs) for (const name of namesIn(inner)) names.add(name);
    }
  }
  return names;
}

/**
 * Nodes so ordered that each comes after those that make its inputs; otherwise in their given order.
 * @throws {GraphError} when the graph has a cycle
 */
export function sortTopologically(nodes: readonly Node[]): readonly Node[] {
  const producer = new Map<Value, Node>();
  for (const node of nodes) for (const output of node.outputs) if (output !== "") producer.set(output, node);
  const state = new Map<Node, "open" | "done">();
  const sorted: Node[] = [];
  for (const root of nodes) {
    // An explicit stack: graphs of large models are deeper than the call stack.
    const stack: { readonly node: Node; readonly uses: readonly Value[]; next: number }[] = [];
    const open = (node: Node) => {
      state.set(node, "open");
      stack.push({ node, uses: usesOf(node), next: 0 });
    };
    if (!state.has(root)) open(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const use = top.uses[top.next++];
      if (use === undefined) {
        state.set(top.node, "done");
        sorted.push(top.node);
        stack.pop();
        continue;
      }
      const before = producer.get(use);
      if (before === undefined || state.get(before) === "done") continue;
      if (state.get(before) === "open") {
        throw new GraphError(`The graph has a cycle through ${describeNode(before)}.`);
      }
      open(before);
    }
  }
  return sorted;
}
