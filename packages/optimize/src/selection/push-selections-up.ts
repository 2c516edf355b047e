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
import { shapeOf } from "../shape-of.js";
import { withPlainGathers } from "./plain-gathers.js";
import { axisName, type Selection, selectionOf } from "./selection.js";
import { takeAlong } from "./take-along.js";
import { unflatten } from "./unflatten.js";
import { withWholeOperands } from "./whole-operands.js";

/**
 * Selections (`Slice`, `Gather` and `GatherND` by constant or per-example indices) move up through what computes each entry
 * from the entries at the same place: `select(f(x)) = f(select(x))`. Of a vocabulary projection only the columns that are
 * read remain, of the last layer only the rows, and of the first layer's gradient only the prompt's rows.
 *
 * A selection passes a node only if nothing else reads the node's output, so nothing is computed twice.
 */
export function pushSelectionsUp(shaped: ShapedGraph): ShapedGraph {
  const start = withPlainGathers(unflatten(shaped));
  const state: State = {
    graph: start.graph,
    nodes: [...start.graph.nodes],
    initializers: new Map(start.graph.initializers),
    shapes: new Map(start.shapes),
    made: selectionsIn(start),
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
  return withWholeOperands({ graph, shapes: state.shapes });
}

/** The selections that are there from the start, as far as they are written as `select` writes them. */
function selectionsIn({ graph, shapes }: ShapedGraph): Map<string, Value> {
  const made = new Map<string, Value>();
  for (const node of graph.nodes) {
    const [value = "", ...others] = node.inputs;
    const selection = selectionOf(node, graph, shapes.get(value)?.shape.length ?? 0);
    if (selection !== undefined && others.length > 0)
      made.set(selectionKey(selection, selection.axis, value), node.outputs[0] ?? "");
  }
  return made;
}

function selectionKey({ key }: Selection, axis: number, value: Value): string {
  return `${key} ${axis} ${value}`;
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
  /** What reads each output of a node, undefined for one that nothing reads; undefined as a whole where something does but this selection. */
  const readersOf = (producer: Node, selection: Selection): readonly (Node | undefined)[] | undefined => {
    const readers = producer.outputs.map((output) => consumers.get(output) ?? []);
    const areSelections = producer.outputs.every((output, i) => {
      const [reader, ...others] = readers[i] ?? [];
      if (outputs.has(output) || others.length > 0) return false;
      if (reader === undefined) return true;
      const own = selectionOf(reader, graph, state.shapes.get(output)?.shape.length ?? 0);
      return reader.inputs[0] === output && own?.key === selection.key && own.axis === selection.axis;
    });
    return areSelections ? readers.map(([reader]) => reader) : undefined;
  };
  for (const node of state.nodes) {
    const [selected = ""] = node.inputs;
    const [output = ""] = node.outputs;
    const producer = producers.get(selected);
    const shape = state.shapes.get(selected)?.shape;
    const size = state.shapes.get(output)?.shape;
    if (producer === undefined || shape === undefined || size === undefined) continue;
    const selection = selectionOf(node, graph, shape.length);
    if (selection === undefined || !shrinks(shape[selection.axis], size[selection.axis])) continue;
    const readers = readersOf(producer, selection);
    if (readers === undefined) continue;
    const replacement = pushed(state, {
      producer,
      selection,
      outputs: readers.map((reader) => reader?.outputs[0]),
      size: size[selection.axis] ?? 1,
    });
    if (replacement === undefined) continue;
    const gone = new Set<Node | undefined>([producer, ...readers]);
    state.nodes = state.nodes.flatMap((other) =>
      other === node ? [...replacement] : gone.has(other) ? [] : [other],
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
  /** What the selections of the producer's outputs give, and the producer will; undefined for outputs that nothing reads. */
  readonly outputs: readonly (Value | undefined)[];
  readonly size: Shape[number];
}

/** The producer on selected inputs, behind the selections of these that are not there yet. */
function pushed(state: State, { producer, selection, outputs, size }: Push): readonly Node[] | undefined {
  const { graph } = state;
  const { axis } = selection;
  const context = { graph, shape: (value: Value) => shapeOf({ graph: state, shapes: state.shapes }, value) };
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
  added.push({ ...producer, inputs, outputs: namedOutputs(state, producer, outputs), attributes });
  return added;
}

/** Optional outputs that nothing reads are left out; of `Split` all are needed. */
function namedOutputs(
  state: State,
  { opType, outputs: before }: Node,
  outputs: readonly (Value | undefined)[],
): readonly Value[] {
  const count =
    opType === "Split" ? outputs.length : outputs.findLastIndex((output) => output !== undefined) + 1;
  return outputs.slice(0, count).map((output, i) => output ?? state.unique(`${before[i] ?? ""}/selected`));
}

function addConstant({ initializers, shapes }: State, name: Value, tensor: HostTensor): void {
  initializers.set(name, tensor);
  shapes.set(name, { name, dtype: tensor.dtype, shape: tensor.shape });
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
  const key = selectionKey(selection, axis, value);
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
  const before = shapeOf({ graph: state, shapes: state.shapes }, inputs[0] ?? "") ?? [];
  const after = shapeOf({ graph: state, shapes: state.shapes }, outputs[0] ?? "") ?? [];
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
