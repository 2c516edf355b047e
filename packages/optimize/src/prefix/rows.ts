/** @file Following a sequence's rows through what computes each row by itself. */
import type { Node, Value } from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { inputAxes, type InputAxes } from "../selection/input-axes.js";
import { shapeOf } from "../shape-of.js";

/** Which of a value's axes are the batch and the sequence. */
export interface RowAxes {
  readonly batch: number;
  readonly rows: number;
}

/** A node that reads a sequence's rows as one of its inputs, but not each by itself: attention reads keys and values so. */
export interface WholeUse {
  readonly node: Node;
  readonly input: number;
}

/** Where a sequence goes. */
export interface Rows {
  /** The values that have its rows, each made of the same row of others; the sequence itself is one. */
  readonly axes: ReadonlyMap<Value, RowAxes>;
  readonly wholeUses: readonly WholeUse[];
}

/** Follows a sequence `[batch, seq, width]` as far as its rows stay apart. What a graph gives out is read as a whole. */
export function rowsOf(shaped: ShapedGraph, sequence: Value): Rows {
  const { graph } = shaped;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const axes = new Map<Value, RowAxes>([[sequence, { batch: 0, rows: 1 }]]);
  const wholeUses: WholeUse[] = [];
  const shape = (value: Value) => shapeOf(shaped, value);
  for (const node of graph.nodes) {
    const read = node.inputs.map((input) => axes.get(input));
    if (read.every((own) => own === undefined)) continue;
    const to = node.outputs.some((output) => outputs.has(output)) ? [] : (shape(node.outputs[0] ?? "") ?? []);
    const sources = to.map((_, axis) => inputAxes(node, axis, { graph, shape }));
    // The rows of a product are its left operand's; the right one, such as attention's keys, is read by each of them.
    const places = read.map((own, input) =>
      own === undefined || (node.opType === "MatMul" && input === 1)
        ? undefined
        : placeOf(own, input, sources),
    );
    const place = places.find((found) => found !== undefined);
    if (place !== undefined) for (const output of node.outputs) axes.set(output, place);
    for (const [input, own] of read.entries()) {
      const found = places[input];
      const isByRow = found !== undefined && found.rows === place?.rows && found.batch === place.batch;
      if (own !== undefined && !isByRow) wholeUses.push({ node, input });
    }
  }
  return { axes, wholeUses };
}

/** Where an input's rows come out, given the input axes of each axis of the output. */
function placeOf(own: RowAxes, input: number, sources: readonly InputAxes[]): RowAxes | undefined {
  const batch = sources.findIndex((axes) => axes?.[input] === own.batch);
  const rows = sources.findIndex((axes) => axes?.[input] === own.rows);
  return batch < 0 || rows < 0 ? undefined : { batch, rows };
}

/** The value that a use reads. */
export function valueOf({ node, input }: WholeUse): Value {
  return node.inputs[input] ?? "";
}
