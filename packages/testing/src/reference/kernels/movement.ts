/** @file Operators that move elements and compute nothing. */
import { intAttribute, intsAttribute, stringAttribute, sizeOf } from "@incipit/onnx";
import { allInputs, input, unsupported, type Call, type KernelTable } from "../kernel.js";
import {
  at,
  axisOf,
  broadcastShapes,
  broadcastTo,
  build,
  dimOf,
  listOf,
  reshape,
  type Tensor,
} from "../tensor.js";

/** The sizes that `Reshape` asks for, with 0 (as in the input) and -1 (what remains) filled in. */
function targetShape(x: Tensor, wanted: readonly number[], allowZero: boolean): number[] {
  const shape = wanted.map((dim, axis) => (dim === 0 && !allowZero ? dimOf(x, axis) : dim));
  const known = sizeOf(shape.filter((dim) => dim !== -1));
  return shape.map((dim) => (dim === -1 ? sizeOf(x.shape) / known : dim));
}

/** The positions along an axis of size `dim` that `start:end:step` takes, bounds clamped as in NumPy. */
function sliceRange(dim: number, start: number, end: number, step: number): number[] {
  const fromFront = (bound: number) => (bound < 0 ? bound + dim : bound);
  const clamp = (bound: number, low: number, high: number) => Math.min(Math.max(bound, low), high);
  const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
  const first = clamp(fromFront(start), low, high);
  const last = clamp(fromFront(end), low, high);
  return Array.from({ length: Math.max(0, Math.ceil((last - first) / step)) }, (_, i) => first + i * step);
}

function slice(
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps: readonly number[],
): Tensor {
  const positions = x.shape.map((dim) => Array.from({ length: dim }, (_, i) => i));
  for (const [i, axis] of axes.entries()) {
    const range = sliceRange(dimOf(x, axis), starts[i] as number, ends[i] as number, steps[i] as number);
    positions[axisOf(axis, x.shape.length)] = range;
  }
  return build(
    x.dtype,
    positions.map((list) => list.length),
    (index) =>
      at(
        x,
        index.map((i, axis) => positions[axis]?.[i] as number),
      ),
  );
}

function concat(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0] as Tensor;
  const along = axisOf(axis, first.shape.length);
  const owners = parts.flatMap((part) => Array.from({ length: dimOf(part, axis) }, (_, i) => ({ part, i })));
  return build(first.dtype, first.shape.with(along, owners.length), (index) => {
    const { part, i } = owners[index[along] as number] as (typeof owners)[number];
    return at(part, index.with(along, i));
  });
}

/** The sizes of the parts: given, or as equal as `num_outputs` (the node's own number by default) allows. */
function splitSizes(call: Call, dim: number): readonly number[] {
  const given = call.inputs[1];
  if (given !== undefined) return listOf(given);
  const count = intAttribute(call.node, "num_outputs", call.node.outputs.length);
  const size = Math.ceil(dim / count);
  return Array.from({ length: count }, (_, i) => Math.min(size, dim - i * size));
}

/** Where a position outside an axis of size `dim` takes its element from; undefined means the constant. */
const padSource: Readonly<Record<string, (position: number, dim: number) => number | undefined>> = {
  constant: (position, dim) => (position >= 0 && position < dim ? position : undefined),
  edge: (position, dim) => Math.min(Math.max(position, 0), dim - 1),
  reflect: (position, dim) => {
    const period = Math.max(1, 2 * (dim - 1));
    const folded = ((position % period) + period) % period;
    return Math.min(folded, period - folded);
  },
  wrap: (position, dim) => ((position % dim) + dim) % dim,
};

function pad(call: Call): Tensor {
  const x = input(call, 0);
  const pads = listOf(input(call, 1));
  const value = call.inputs[2]?.data[0] ?? 0;
  const rank = x.shape.length;
  const axes = (call.inputs[3] === undefined ? [...x.shape.keys()] : listOf(call.inputs[3])).map((axis) =>
    axisOf(axis, rank),
  );
  const mode = stringAttribute(call.node, "mode", "constant");
  const source = padSource[mode];
  if (source === undefined) throw unsupported(call, `padding mode "${mode}"`);
  const before = x.shape.map((_, axis) => pads[axes.indexOf(axis)] ?? 0);
  const after = x.shape.map((_, axis) => (axes.includes(axis) ? pads[axes.indexOf(axis) + axes.length] : 0));
  const shape = x.shape.map((dim, axis) => (before[axis] as number) + dim + (after[axis] as number));
  return build(x.dtype, shape, (index) => {
    const from = index.map((i, axis) => source(i - (before[axis] as number), x.shape[axis] as number));
    return from.every((i) => i !== undefined) ? at(x, from) : value;
  });
}

export const movement = {
  Transpose: (call) => {
    const x = input(call, 0);
    const permutation = intsAttribute(call.node, "perm", [...x.shape.keys()].reverse());
    const shape = permutation.map((axis) => dimOf(x, axis));
    return build(x.dtype, shape, (index) =>
      at(
        x,
        x.shape.map((_, axis) => index[permutation.indexOf(axis)] as number),
      ),
    );
  },
  Reshape: (call) => {
    const x = input(call, 0);
    const allowZero = intAttribute(call.node, "allowzero", 0) === 1;
    return reshape(x, targetShape(x, listOf(input(call, 1)), allowZero));
  },
  Flatten: (call) => {
    const x = input(call, 0);
    const axis = intAttribute(call.node, "axis", 1);
    const cut = axis < 0 ? axis + x.shape.length : axis;
    return reshape(x, [sizeOf(x.shape.slice(0, cut)), sizeOf(x.shape.slice(cut))]);
  },
  Squeeze: (call) => {
    const x = input(call, 0);
    const axes = call.inputs[1] && listOf(call.inputs[1]).map((axis) => axisOf(axis, x.shape.length));
    return reshape(
      x,
      x.shape.filter((dim, axis) => (axes === undefined ? dim !== 1 : !axes.includes(axis))),
    );
  },
  Unsqueeze: (call) => {
    const x = input(call, 0);
    const added = listOf(input(call, 1));
    const rank = x.shape.length + added.length;
    const axes = added.map((axis) => axisOf(axis, rank));
    const dims = x.shape.values();
    return reshape(
      x,
      Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (dims.next().value as number))),
    );
  },
  Expand: (call) => {
    const x = input(call, 0);
    return broadcastTo(x, broadcastShapes(x.shape, listOf(input(call, 1))));
  },
  Concat: (call) => concat(allInputs(call), intAttribute(call.node, "axis", 0)),
  Split: (call) => {
    const x = input(call, 0);
    const axis = intAttribute(call.node, "axis", 0);
    let start = 0;
    return splitSizes(call, dimOf(x, axis)).map((size) => slice(x, [start], [(start += size)], [axis], [1]));
  },
  Slice: (call) => {
    const x = input(call, 0);
    const starts = listOf(input(call, 1));
    const ends = listOf(input(call, 2));
    const axes = call.inputs[3] === undefined ? [...starts.keys()] : listOf(call.inputs[3]);
    const steps = call.inputs[4] === undefined ? starts.map(() => 1) : listOf(call.inputs[4]);
    return slice(x, starts, ends, axes, steps);
  },
  Pad: pad,
  Tile: (call) => {
    const x = input(call, 0);
    const repeats = listOf(input(call, 1));
    const shape = x.shape.map((dim, axis) => dim * (repeats[axis] as number));
    return build(x.dtype, shape, (index) =>
      at(
        x,
        index.map((i, axis) => i % (x.shape[axis] as number)),
      ),
    );
  },
} satisfies KernelTable;
