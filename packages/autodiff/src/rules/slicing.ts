/** @file What the gradients of Slice, Gather and Pad share: putting a part back where it was cut out. */
import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, int64, type Value } from "@incipit/onnx";
import type { RuleContext } from "../rule.js";

export function normalizeAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** A constant int64 vector. */
export function ints(c: RuleContext, values: readonly number[]): Value {
  return c.g.initializer(int64(values), "ints");
}

/** The size of a forward value along an axis, int64 `[1]`. */
export function axisSize(c: RuleContext, value: Value, axis: number): Value {
  const size = c.shape(value)[axis];
  return typeof size === "number" ? ints(c, [size]) : c.ops.slice(c.shapeOf(value), 0, axis, axis + 1);
}

/** 0, 1, 2, … along an axis of a forward value, int64. */
export function axisPositions(c: RuleContext, value: Value, axis: number): Value {
  const scalar = (integer: bigint) =>
    c.ops.constant({ dtype: "int64", shape: [], data: BigInt64Array.of(integer) });
  return c.g.op("Range", [scalar(0n), c.ops.reshape(axisSize(c, value, axis), []), scalar(1n)]);
}

interface SliceInputs {
  readonly starts: Value;
  readonly ends: Value;
  readonly axes: Value;
  readonly steps: Value;
}

/**
 * Zeros of the shape of the node's input 0, with `g` where `x[starts:ends:steps]` was read from: the positions are found
 * by applying the same Slice to 0, 1, 2, … along each axis, which leaves all of Slice's rules for negative and
 * out-of-range bounds to Slice itself.
 */
export function unslice(c: RuleContext, g: Value, { starts, ends, axes, steps }: SliceInputs): Value {
  const x = c.input(0);
  const rank = c.shape(x).length;
  const count = c.shape(starts)[0] as number;
  const stepsOne = steps === "" || isAll(c, steps, 1);
  let cotangent = g;
  const before = Array.from({ length: rank }, () => ints(c, [0]));
  const after = [...before];
  for (let i = 0; i < count; i++) {
    const axis = axes === "" ? i : normalizeAxis(constantAxis(c, axes, i), rank);
    const pick = (value: Value) => {
      const own = count === 1 ? value : c.ops.slice(value, 0, i, i + 1);
      return c.dtype(value) === "int64" ? own : c.ops.cast(own, "int64");
    };
    const length = axisSize(c, x, axis);
    const all = axisPositions(c, x, axis);
    const step = steps === "" ? [] : [pick(steps)];
    const taken = c.g.op("Slice", [all, pick(starts), pick(ends), ints(c, [0]), ...step]);
    if (stepsOne) {
      // Of nothing taken, the place is the end.
      const first = c.ops.slice(c.ops.concat([taken, length], 0), 0, 0, 1);
      before[axis] = first;
      after[axis] = c.ops.sub(c.ops.sub(length, first), c.g.op("Shape", [taken]));
    } else {
      cotangent = scatterRows(c, cotangent, { axis, rank, length, indices: taken });
    }
  }
  return stepsOne ? c.g.op("Pad", [cotangent, c.ops.concat([...before, ...after], 0)]) : cotangent;
}

/** The `i`-th of a node's axes. @throws {UnsupportedOperatorError} when they are computed */
export function constantAxis(c: RuleContext, axes: Value, i: number): number {
  const axis = c.constant(axes)?.data[i];
  if (axis === undefined) {
    throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient when the axes are computed.`);
  }
  return Number(axis);
}

function isAll(c: RuleContext, value: Value, expected: number): boolean {
  const tensor = c.constant(value);
  return (
    tensor !== undefined && Array.from(tensor.data as ArrayLike<bigint>).every((v) => Number(v) === expected)
  );
}

/**
 * Zeros with the slices of `g` along `axis` added at `indices`, a vector.
 * @param length the size of the result along `axis`, int64 `[1]`
 */
export function scatterRows(
  c: RuleContext,
  g: Value,
  args: { readonly axis: number; readonly rank: number; readonly length: Value; readonly indices: Value },
): Value {
  const { axis, rank, length, indices } = args;
  // ScatterND writes along the first axis.
  const order = Array.from({ length: rank }, (_, i) => i);
  const toFront = [axis, ...order.filter((i) => i !== axis)];
  const rows = axis === 0 ? g : c.ops.transpose(g, toFront);
  const rest = c.g.op("Shape", [rows], { start: 1 });
  const zeros = c.g.op("Expand", [c.scalar(0, c.input(0)), c.ops.concat([length, rest], 0)]);
  const column = c.ops.reshape(indices, [-1, 1]);
  const scattered = c.g.op("ScatterND", [zeros, column, rows], { reduction: "add" });
  return axis === 0
    ? scattered
    : c.ops.transpose(
        scattered,
        order.map((i) => toFront.indexOf(i)),
      );
}
