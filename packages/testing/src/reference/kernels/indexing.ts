/** @file Operators that read or write at positions that are themselves data. */
import { intAttribute, stringAttribute } from "@incipit/onnx";
import { input, unsupported, type Call, type KernelTable } from "../kernel.js";
import { at, axisOf, build, dimOf, mapLines, offsetOf, tensor, visit, type Tensor } from "../tensor.js";

const axisAttribute = (call: Call, x: Tensor): number =>
  axisOf(intAttribute(call.node, "axis", 0), x.shape.length);

/** A negative index counts from the end. */
const fromFront = (index: number, dim: number): number => (index < 0 ? index + dim : index);

function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  const rank = indices.shape.length;
  const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
  return build(x.dtype, shape, (index) => {
    const row = at(indices, index.slice(axis, axis + rank));
    return at(x, index.toSpliced(axis, rank, fromFront(row, dimOf(x, axis))));
  });
}

/** The position in `x` that the last axis of `indices` names, at `prefix`; leading axes are fixed by `batch`. */
function namedPosition(x: Tensor, indices: Tensor, prefix: readonly number[], batch: readonly number[]) {
  const named = Array.from({ length: dimOf(indices, -1) }, (_, i) =>
    fromFront(at(indices, [...prefix, i]), dimOf(x, batch.length + i)),
  );
  return [...batch, ...named];
}

function gatherND(x: Tensor, indices: Tensor, batchDims: number): Tensor {
  const outer = indices.shape.slice(0, -1);
  const inner = x.shape.slice(batchDims + dimOf(indices, -1));
  return build(x.dtype, [...outer, ...inner], (index) => {
    const prefix = index.slice(0, outer.length);
    const row = namedPosition(x, indices, prefix, prefix.slice(0, batchDims));
    return at(x, [...row, ...index.slice(outer.length)]);
  });
}

/** How an update meets what is already there. */
function reductionOf(call: Call): (present: number, update: number) => number {
  const reduction = stringAttribute(call.node, "reduction", "none");
  switch (reduction) {
    case "none":
      return (_, update) => update;
    case "add":
      return (present, update) => present + update;
    case "mul":
      return (present, update) => present * update;
    case "max":
      return Math.max;
    case "min":
      return Math.min;
    default:
      throw unsupported(call, `reduction "${reduction}"`);
  }
}

/** `x` with every element of `updates` written to where `place` says, one after the other. */
function scatter(
  call: Call,
  x: Tensor,
  updates: Tensor,
  place: (index: readonly number[]) => readonly number[],
): Tensor {
  const reduction = reductionOf(call);
  const data = Float64Array.from(x.data);
  visit(updates.shape, (index) => {
    const offset = offsetOf(x.shape, place(index));
    data[offset] = reduction(data[offset] as number, at(updates, index));
  });
  return { ...x, data };
}

/** The `k` largest or smallest of a line with where they were; of equals the first. */
function select(
  line: readonly number[],
  k: number,
  largest: boolean,
): readonly (readonly [number, number])[] {
  const entries = [...line.entries()];
  return entries.sort(([i, a], [j, b]) => (largest ? b - a : a - b) || i - j).slice(0, k);
}

export const indexing = {
  Gather: (call) => {
    const x = input(call, 0);
    return gather(x, input(call, 1), axisAttribute(call, x));
  },
  GatherElements: (call) => {
    const [x, indices] = [input(call, 0), input(call, 1)];
    const axis = axisAttribute(call, x);
    return build(x.dtype, indices.shape, (index) =>
      at(x, index.with(axis, fromFront(at(indices, index), dimOf(x, axis)))),
    );
  },
  GatherND: (call) => gatherND(input(call, 0), input(call, 1), intAttribute(call.node, "batch_dims", 0)),
  ScatterElements: (call) => {
    const [x, indices] = [input(call, 0), input(call, 1)];
    const axis = axisAttribute(call, x);
    return scatter(call, x, input(call, 2), (index) =>
      index.with(axis, fromFront(at(indices, index), dimOf(x, axis))),
    );
  },
  ScatterND: (call) => {
    const [x, indices] = [input(call, 0), input(call, 1)];
    const outer = indices.shape.length - 1;
    return scatter(call, x, input(call, 2), (index) => [
      ...namedPosition(x, indices, index.slice(0, outer), []),
      ...index.slice(outer),
    ]);
  },
  TopK: (call) => {
    const x = input(call, 0);
    const k = input(call, 1).data[0] ?? 0;
    const axis = intAttribute(call.node, "axis", -1);
    const largest = intAttribute(call.node, "largest", 1) === 1;
    return [
      mapLines(x, axis, (line) => select(line, k, largest).map(([, value]) => value), k),
      mapLines(x, axis, (line) => select(line, k, largest).map(([i]) => i), k, "int64"),
    ];
  },
  NonZero: (call) => {
    const x = input(call, 0);
    const positions: (readonly number[])[] = [];
    visit(x.shape, (index, offset) => {
      if (x.data[offset] !== 0) positions.push([...index]);
    });
    const byAxis = x.shape.flatMap((_, axis) => positions.map((position) => position[axis] as number));
    return tensor("int64", [x.shape.length, positions.length], byAxis);
  },
  Trilu: (call) => {
    const x = input(call, 0);
    const k = call.inputs[1]?.data[0] ?? 0;
    const upper = intAttribute(call.node, "upper", 1) === 1;
    return build(x.dtype, x.shape, (index) => {
      const [row, column] = index.slice(-2) as [number, number];
      const kept = upper ? column >= row + k : column <= row + k;
      return kept ? at(x, index) : 0;
    });
  },
  OneHot: (call) => {
    const [indices, values] = [input(call, 0), input(call, 2)];
    const depth = input(call, 1).data[0] ?? 0;
    const [off, on] = values.data as ArrayLike<number> as [number, number];
    const axis = axisOf(intAttribute(call.node, "axis", -1), indices.shape.length + 1);
    return build(values.dtype, indices.shape.toSpliced(axis, 0, depth), (index) => {
      const hot = fromFront(at(indices, index.toSpliced(axis, 1)), depth);
      return index[axis] === hot ? on : off;
    });
  },
} satisfies KernelTable;
