/** @file Computing only the rows and columns that are read. */
import type { HostTensor } from "@incipit/core";
import {
  consumersOf,
  int64,
  namesIn,
  type Node,
  producersOf,
  removeDeadNodes,
  sortTopologically,
  uniqueNames,
  type Value,
  type Shape,
  type ShapedValue,
} from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { inputAxes } from "./input-axes.js";
import { withPlainGathers } from "./plain-gathers.js";
import { axisName, type Selection, selectionOf } from "./selection.js";
import { takeAlong } from "./take-along.js";

/**
 * Selections (`Slice`, `Gather` and `GatherND` by constant or per-example indices) move up through what computes each entry
 * from the entries at the same place: `select(f(x)) = f(select(x))`. Of a vocabulary projection only the columns that are
 * read remain, of the last layer only the rows, and of the first layer's gradient only the prompt's rows.
 *
 * A selection passes a node only if nothing else reads the node's output, so nothing is computed twice.
 */
export function pushSelectionsUp(shaped: ShapedGraph): ShapedGraph {
  const start = withPlainGathers(shaped);
  const state: State = {
    graph: start.graph,
    nodes: [...start.graph.nodes],
    initializers: new Map(start.graph.initializers),
    shapes: new Map(start.shapes),
    made: new Map(),
    unique: uniqueNames(namesIn(start.graph)),
  };
  let graph = start.graph;
  for (let last = -1; last !== state.nodes.length;) {
    last = state.nodes.length;
    for (let changed = true; changed;) changed = pushOne(state);
    const nodes = sortTopologically(state.nodes);
    // What nothing needs any more, such as the shape of what was selected from, must not count as a reader.
    graph = removeDeadNodes({ ...start.graph, nodes, initializers: state.initializers });
    state.nodes = [...graph.nodes];
    forget(state);
  }
  return { graph, shapes: state.shapes };
}

/** A selection that nothing read is gone, and must not be handed out again. */
function forget({ nodes, initializers, made }: State): void {
  const values = new Set(nodes.flatMap(({ outputs }) => outputs));
  for (const [key, output] of made) if (!values.has(output) && !initializers.has(output)) made.delete(key);
}

interface State {
  readonly graph: ShapedGraph["graph"];
  nodes: Node[];
  readonly initializers: Map<Value, HostTensor>;
  readonly shapes: Map<Value, ShapedValue>;
  /** The output of each selection made so far. */
  readonly made: Map<string, Value>;
  readonly unique: (hint: string) => Value;
}

/** Moves one selection past one node. @returns whether there was one to move */
function pushOne(state: State): boolean {
  const graph = { ...state.graph, nodes: state.nodes, initializers: state.initializers };
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  for (const node of state.nodes) {
    const [selected = ""] = node.inputs;
    const [output = ""] = node.outputs;
    const producer = producers.get(selected);
    const shape = state.shapes.get(selected)?.shape;
    const size = state.shapes.get(output)?.shape;
    if (producer === undefined || shape === undefined || size === undefined) continue;
    if (outputs.has(selected) || consumers.get(selected)?.length !== 1) continue;
    if (producer.outputs.some((other) => other !== selected && (consumers.has(other) || outputs.has(other))))
      continue;
    const selection = selectionOf(node, graph, shape.length);
    if (selection === undefined || !shrinks(shape[selection.axis], size[selection.axis])) continue;
    const replacement = pushed(state, { producer, selection, output, size: size[selection.axis] ?? 1 });
    if (replacement === undefined) continue;
    const at = state.nodes.indexOf(node);
    state.nodes = state.nodes.flatMap((other, i) =>
      other === producer ? [] : i === at ? [...replacement] : [other],
    );
    return true;
  }
  return false;
}

/** A selection with an entry twice can be larger than what it selects from. */
function shrinks(from: Shape[number] | undefined, to: Shape[number] | undefined): boolean {
  return typeof from !== "number" || typeof to !== "number" || to < from;
}

interface Push {
  readonly producer: Node;
  readonly selection: Selection;
  /** The selection's output, which the producer will give. */
  readonly output: Value;
  readonly size: Shape[number];
}

/** The producer on selected inputs, behind the selections of these that are not there yet. */
function pushed(state: State, { producer, selection, output, size }: Push): readonly Node[] | undefined {
  const { graph } = state;
  const { axis } = selection;
  const context = { graph, shape: (value: Value) => shapeOf(state, value) };
  const axes = inputAxes(producer, axis, context);
  if (!axes?.some((own) => own !== undefined)) return undefined;
  if (selection.perExample && !staysPerExample(producer, axes, context)) return undefined;
  const target =
    producer.opType === "Reshape" ? reshapeTarget(state, producer, axes[0] ?? 0, axis, size) : undefined;
  if (producer.opType === "Reshape" && target === undefined) return undefined;

  const added: Node[] = [];
  const inputs = producer.inputs.map((input, i) => {
    const own = axes[i];
    if (own !== undefined) return select(state, input, own, selection, size, added);
    return target !== undefined && i === 1 ? target : input;
  });
  // In a target of ours 0 keeps a size, whatever it meant in the model's.
  const attributes = target === undefined ? producer.attributes : {};
  added.push({ ...producer, inputs, outputs: [output], attributes });
  return added;
}

function addConstant({ initializers, shapes }: State, name: Value, tensor: HostTensor): void {
  initializers.set(name, tensor);
  shapes.set(name, { name, dtype: tensor.dtype, shape: tensor.shape });
}

function shapeOf({ shapes, initializers }: State, value: Value): Shape | undefined {
  return initializers.get(value)?.shape ?? shapes.get(value)?.shape;
}

/** Each example's rows are still picked by the indices of the same example. */
function staysPerExample(
  producer: Node,
  axes: readonly (number | undefined)[],
  context: Parameters<typeof inputAxes>[2],
): boolean {
  const batch = inputAxes(producer, 0, context);
  return axes.every((own, i) => own === undefined || (own === 1 && batch?.[i] === 0));
}

/** The selection of `value`, made once. */
function select(
  state: State,
  value: Value,
  axis: number,
  selection: Selection,
  size: Shape[number],
  added: Node[],
): Value {
  const key = `${selection.key} ${axis} ${value}`;
  const existing = state.made.get(key);
  if (existing !== undefined) return existing;
  const output = state.unique(`${value}/selected`);
  state.made.set(key, output);
  const weight = state.initializers.get(value);
  const entries = selection.entries(weight?.shape[axis] ?? 0);
  // Integers of 4 bits share bytes.
  if (weight !== undefined && entries !== undefined && !weight.dtype.endsWith("int4")) {
    addConstant(state, output, takeAlong(weight, axis, entries));
    return output;
  }
  const node = selection.on(value, axis, output);
  if (node.inputs.includes(axisName(axis))) addConstant(state, axisName(axis), int64([axis]));
  const info = state.shapes.get(value);
  if (info !== undefined) {
    const shape = info.shape.map((dim, i) => (i === axis ? size : dim));
    state.shapes.set(output, { ...info, name: output, shape });
  }
  added.push(node);
  return output;
}

/** The shape that a Reshape gives to a selection of its input: sizes as numbers, 0 where one is kept, -1 at most once. */
function reshapeTarget(
  state: State,
  { inputs, outputs }: Node,
  from: number,
  to: number,
  size: Shape[number],
): Value | undefined {
  const before = shapeOf(state, inputs[0] ?? "") ?? [];
  const after = shapeOf(state, outputs[0] ?? "") ?? [];
  const dims = after.map((dim, i) => {
    if (i === to) return typeof size === "number" ? size : from === to ? 0 : -1;
    if (typeof dim === "number") return dim;
    return dim === before[i] && i !== from ? 0 : -1;
  });
  if (dims.filter((dim) => dim === -1).length > 1) return undefined;
  const name = state.unique("optimize/shape");
  addConstant(state, name, int64(dims));
  return name;
}
