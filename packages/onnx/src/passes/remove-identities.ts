import type { DType } from "@incipit/core";
import { intAttribute } from "../graph/attributes.js";
import { renameUses } from "../graph/edit.js";
import type { Graph, Node, Value, ValueInfo } from "../graph/graph.js";
import { producersOf, usesOf } from "../graph/query.js";
import { dtypeOf } from "../graph/tensors.js";

/** What the pass may know. */
export interface RemoveIdentitiesOptions {
  /** What is known of values: a `Cast` to the dtype that a value already has does nothing. */
  readonly known?: ReadonlyMap<Value, ValueInfo>;
}

/**
 * Without the nodes that pass their input through: `Identity`, `Dropout` in inference, `Cast` to the dtype that the
 * value has. Graph outputs keep their names.
 */
export function removeIdentities(graph: Graph, { known = new Map() }: RemoveIdentitiesOptions = {}): Graph {
  const producers = producersOf(graph);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const used = new Set([...outputs, ...graph.nodes.flatMap(usesOf)]);
  const dtypes = knownDtypes(graph, known);

  // Values that are another one; and values that get the name of the graph output that they are passed on to.
  const same = new Map<Value, Value>();
  const names = new Map<Value, Value>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = renameUses(original, (value) => same.get(value) ?? value);
    const [input = ""] = node.inputs;
    const [output = "", ...others] = node.outputs;
    const passes = passesThrough(node, graph, dtypes) && !others.some((other) => used.has(other));
    if (passes && !outputs.has(output)) {
      same.set(output, input);
    } else if (passes && producers.has(input) && !outputs.has(input) && !names.has(input)) {
      names.set(input, output);
    } else {
      nodes.push(node);
    }
  }
  const rename = (value: Value) => names.get(value) ?? value;
  return {
    ...graph,
    nodes: nodes.map((node) => ({ ...renameUses(node, rename), outputs: node.outputs.map(rename) })),
  };
}

function passesThrough(node: Node, graph: Graph, dtypes: ReadonlyMap<Value, DType>): boolean {
  if (node.domain !== "") return false;
  switch (node.opType) {
    case "Identity":
      return true;
    case "Cast": {
      const dtype = dtypes.get(node.inputs[0] ?? "");
      return dtype !== undefined && dtype === dtypeOf(intAttribute(node, "to", 0));
    }
    case "Dropout": {
      // Before opset 12 Dropout does nothing in inference; since then an input says whether it trains.
      const [, , training = ""] = node.inputs;
      return training === "" || graph.initializers.get(training)?.data[0] === 0;
    }
    default:
      return false;
  }
}

function knownDtypes(graph: Graph, known: ReadonlyMap<Value, ValueInfo>): ReadonlyMap<Value, DType> {
  const dtypes = new Map<Value, DType>(Array.from(known, ([name, { dtype }]) => [name, dtype]));
  for (const { name, dtype } of graph.inputs) dtypes.set(name, dtype);
  for (const [name, { dtype }] of graph.initializers) dtypes.set(name, dtype);
  for (const { opType, domain, outputs, attributes } of graph.nodes) {
    const dtype = attributes["to"]?.type === "int" ? dtypeOf(attributes["to"].value) : undefined;
    if (opType === "Cast" && domain === "" && dtype !== undefined) dtypes.set(outputs[0] ?? "", dtype);
  }
  return dtypes;
}
