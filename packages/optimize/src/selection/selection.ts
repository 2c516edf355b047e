/** @file Nodes that take some of a tensor's rows, columns or other slices along one axis. */
import type { HostTensor } from "@incipit/core";
import { intAttribute, type Graph, type Node, type Value } from "@incipit/onnx";
import { integers } from "../integers.js";

/** What a node takes of its first input. */
export interface Selection {
  readonly axis: number;
  /** The same for each example, or by an index of its own for each entry of axis 0. */
  readonly perExample: boolean;
  /** Equal for selections that take the same. */
  readonly key: string;
  /** The entries that are taken of an axis of this size, where they are constants. */
  entries(size: number): readonly number[] | undefined;
  /** The same selection of another value, along another axis. */
  on(value: Value, axis: number, output: Value): Node;
}

/** The selection that a node makes; undefined for nodes that do something else, or it with steps or along several axes. */
export function selectionOf(node: Node, graph: Graph, rank: number): Selection | undefined {
  if (node.domain !== "") return undefined;
  switch (node.opType) {
    case "Slice":
      return sliceSelection(node, graph, rank);
    case "Gather":
      return gatherSelection(node, graph, rank);
    case "GatherND":
      return rowSelection(node);
    default:
      return undefined;
  }
}

/** What a `Slice` takes: the entries from `start` to before `end` of one axis. */
export interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** The cut that a `Slice` makes; undefined where it is no constant, or with steps or along several axes. */
export function cutOf({ inputs }: Node, { initializers }: Graph, rank: number): Cut | undefined {
  const [, starts = "", ends = "", axes = "", steps = ""] = inputs;
  const axis = axes === "" ? undefined : single(initializers.get(axes));
  const isUnit = steps === "" || single(initializers.get(steps)) === 1;
  const [start, end] = [single(initializers.get(starts)), single(initializers.get(ends))];
  if (axis === undefined || !isUnit || start === undefined || end === undefined) return undefined;
  return { axis: axis < 0 ? axis + rank : axis, start, end };
}

function sliceSelection(node: Node, graph: Graph, rank: number): Selection | undefined {
  const [, starts = "", ends = ""] = node.inputs;
  const cut = cutOf(node, graph, rank);
  if (cut === undefined) return undefined;
  const { axis, start, end } = cut;
  return {
    axis,
    perExample: false,
    key: `Slice ${start} ${end}`,
    entries: (size) => Array.from({ length: size }, (_, i) => i).slice(start, end),
    on: (value, along, output) => ({
      ...node,
      name: output,
      inputs: [value, starts, ends, axisName(along)],
      outputs: [output],
    }),
  };
}

function gatherSelection(node: Node, graph: Graph, rank: number): Selection | undefined {
  const [, indices = ""] = node.inputs;
  // Indices of one axis that are constants; a table that ids are looked up in is no selection.
  const constant = graph.initializers.get(indices);
  if (constant?.shape.length !== 1) return undefined;
  const axis = intAttribute(node, "axis", 0);
  return {
    axis: axis < 0 ? axis + rank : axis,
    perExample: false,
    key: `Gather ${indices}`,
    entries: (size) => integers(constant).map((index) => (index + size) % size),
    on: (value, along, output) => ({
      ...node,
      name: output,
      inputs: [value, indices],
      outputs: [output],
      attributes: { axis: { type: "int", value: along } },
    }),
  };
}

/** `[batch, n, 1]` row numbers into `[batch, rows, …]`. */
function rowSelection(node: Node): Selection | undefined {
  const [, indices = ""] = node.inputs;
  if (intAttribute(node, "batch_dims", 0) !== 1) return undefined;
  return {
    axis: 1,
    perExample: true,
    key: `GatherND ${indices}`,
    entries: () => undefined,
    on: (value, _, output) => ({ ...node, name: output, inputs: [value, indices], outputs: [output] }),
  };
}

/** The initializer that holds an axis as Slice wants it. */
export function axisName(axis: number): Value {
  return `optimize/axis ${axis}`;
}

function single(tensor: HostTensor | undefined): number | undefined {
  const [value, ...others] = tensor === undefined ? [] : integers(tensor);
  return others.length === 0 ? value : undefined;
}
