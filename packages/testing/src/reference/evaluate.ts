import { GraphError, ShapeError, UnsupportedOperatorError, type HostTensor } from "@incipit/core";
import { describeNode, type Evaluate, type Graph, type Node, type Value } from "@incipit/onnx";
import { fromHost, toHost, toHostFloat64 } from "./convert.js";
import { kernels } from "./kernels.js";
import type { Tensor } from "./tensor.js";

type Feeds = Parameters<Evaluate>[1];
type Outputs = Record<Value, HostTensor>;

/**
 * Runs a graph by the book: naive kernels, every float in float64, nothing rounded between nodes, outputs rounded to
 * their dtype. The truth that other ways to run a graph are compared with.
 * @throws {UnsupportedOperatorError} when there is no kernel for an operator
 * @throws {GraphError} when an input is not fed, or a node cannot be evaluated
 */
export const evaluateReference: Evaluate = (graph, feeds) =>
  Promise.resolve().then(() => run(graph, feeds, toHost));

/** As `evaluateReference`, but float outputs are float64 as they were computed: for finite differences. */
export function evaluateFloat64(graph: Graph, feeds: Feeds): Outputs {
  return run(graph, feeds, toHostFloat64);
}

function run(graph: Graph, feeds: Feeds, leave: (x: Tensor) => HostTensor): Outputs {
  const known = new Map<Value, Tensor>();
  for (const { name } of graph.inputs) {
    const tensor = feeds[name] ?? graph.initializers.get(name);
    if (tensor === undefined) {
      throw new GraphError(
        `Graph "${graph.name}": input "${name}" is not fed; the feeds are ${Object.keys(feeds).join(", ") || "none"}.`,
      );
    }
    known.set(name, fromHost(tensor));
  }
  const outputs = evaluateGraph(graph, known);
  return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, leave(outputs[i] as Tensor)]));
}

/** The graph's outputs, given all values that it sees: its inputs, or those of the graph around it. */
function evaluateGraph(graph: Graph, known: ReadonlyMap<Value, Tensor>): readonly Tensor[] {
  const values = new Map<Value, Tensor>();
  for (const [name, host] of graph.initializers) values.set(name, fromHost(host));
  for (const [name, value] of known) values.set(name, value);
  for (const node of graph.nodes) {
    const results = evaluateNode(node, values);
    for (const [i, output] of node.outputs.entries()) {
      const result = results[i];
      if (output === "") continue;
      if (result === undefined)
        throw new GraphError(`${describeNode(node)}: output ${i} is not computed here`);
      values.set(output, result);
    }
  }
  return graph.outputs.map(({ name }) => valueOf(values, name, `graph "${graph.name}"`));
}

function evaluateNode(node: Node, values: ReadonlyMap<Value, Tensor>): readonly Tensor[] {
  const where = describeNode(node);
  const kernel = kernels.get(node.domain === "" ? node.opType : `${node.domain}.${node.opType}`);
  if (kernel === undefined) {
    throw new UnsupportedOperatorError(
      `${where}: the reference evaluator has no kernel for this operator; add one to packages/testing/src/reference/kernels`,
      { details: { node: node.name, opType: node.opType, domain: node.domain } },
    );
  }
  const inputs = node.inputs.map((name) => (name === "" ? undefined : valueOf(values, name, where)));
  try {
    const results = kernel({ node, inputs, evaluate: (subgraph) => evaluateGraph(subgraph, values) });
    return "data" in results ? [results] : results;
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof GraphError)) throw error;
    throw new GraphError(`${where}: ${error.message}`, { cause: error });
  }
}

/** @throws {GraphError} when nothing before has made the value */
function valueOf(values: ReadonlyMap<Value, Tensor>, name: Value, where: string): Tensor {
  const value = values.get(name);
  if (value === undefined) throw new GraphError(`${where}: value "${name}" is read before it is computed`);
  return value;
}
