/** @file Operators that move elements without computing: their gradients move them back. */
import { intAttribute, intsAttribute, stringAttribute, type Value } from "@incipit/onnx";
import type { Rule, RuleContext, RuleTable } from "../rule.js";
import { axisPositions, axisSize, constantAxis, normalizeAxis, scatterRows, unslice } from "./slicing.js";

/** For operators that only change the shape: change it back. */
const reshaped: Rule = {
  vjp: (c, g) => [c.reshapeLike(g, c.shape(c.output(0)), c.input(0))],
};

function transposeVjp(c: RuleContext, g: Value): readonly Value[] {
  const rank = c.shape(c.input(0)).length;
  const reverse = Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const permutation = intsAttribute(c.node, "perm", reverse);
  return [
    c.ops.transpose(
      g,
      reverse.map((_, axis) => permutation.indexOf(axis)),
    ),
  ];
}

/** Each input gets back its part of g. */
function concatVjp(c: RuleContext, g: Value): readonly (Value | undefined)[] {
  const { node } = c;
  const axis = normalizeAxis(intAttribute(node, "axis", 0), c.shape(c.output(0)).length);
  const sizes = node.inputs.map((input) => c.shape(input)[axis] ?? 1);
  if (node.inputs.length === 1) return [g];
  if (c.needs.filter(Boolean).length === 1) {
    const i = c.needs.indexOf(true);
    const before = sum(sizes.slice(0, i));
    const after = sum(sizes.slice(i + 1));
    const end = after === 0 ? undefined : -(after ?? 0);
    if (before !== undefined && after !== undefined) return only(i, c.ops.slice(g, axis, before, end));
    const own = sizes[i];
    if (before !== undefined && typeof own === "number") {
      return only(i, c.ops.slice(g, axis, before, before + own));
    }
  }
  const lengths = node.inputs.map((input) => axisSize(c, input, axis));
  return c.g.ops("Split", [g, c.ops.concat(lengths, 0)], { axis }, { outputs: node.inputs.length });

  function only(i: number, part: Value) {
    return node.inputs.map((_, k) => (k === i ? part : undefined));
  }
}

/** The sum of sizes, unless one of them varies. */
function sum(sizes: readonly (number | string)[]): number | undefined {
  let total = 0;
  for (const size of sizes) {
    if (typeof size === "string") return undefined;
    total += size;
  }
  return total;
}

function splitVjp(c: RuleContext, g: Value, others: readonly (Value | undefined)[]): readonly Value[] {
  const parts = c.node.outputs.map((output, i) => (i === 0 ? g : (others[i - 1] ?? c.zerosLike(output))));
  return [c.ops.concat(parts, intAttribute(c.node, "axis", 0))];
}

/** y = x[starts:ends:steps]: zeros with g put back in its place. */
function sliceVjp(c: RuleContext, g: Value): readonly Value[] {
  const [, starts = "", ends = "", axes = "", steps = ""] = c.node.inputs;
  return [unslice(c, g, { starts, ends, axes, steps })];
}

/**
 * y = x with a border. A constant one is cut off. One of copies reads by index along each axis, and g is added up where
 * it was read: where that was, the same Pad says of the positions 0, 1, 2, …
 */
function padVjp(c: RuleContext, g: Value): readonly Value[] {
  const x = c.input(0);
  const rank = c.shape(x).length;
  const mode = stringAttribute(c.node, "mode", "constant");
  const pads = c.input(1);
  const axes = c.node.inputs[3] ?? "";
  if (mode === "constant") return [c.g.op("Pad", [g, c.ops.neg(pads), "", axes])];
  const known = c.constant(pads)?.data;
  const count = (c.shape(pads)[0] as number) / 2;
  let cotangent = g;
  for (let i = 0; i < count; i++) {
    if (known !== undefined && Number(known[i]) === 0 && Number(known[i + count]) === 0) continue;
    const axis = axes === "" ? i : normalizeAxis(constantAxis(c, axes, i), rank);
    const own = c.ops.concat(
      [c.ops.slice(pads, 0, i, i + 1), c.ops.slice(pads, 0, i + count, i + count + 1)],
      0,
    );
    const indices = c.g.op("Pad", [axisPositions(c, x, axis), own], { mode });
    cotangent = scatterRows(c, cotangent, { axis, rank, length: axisSize(c, x, axis), indices });
  }
  return [cotangent];
}

/** y = x repeated: add up the copies. Each axis is cut into (repeats, size) and summed over the repeats. */
function tileVjp(c: RuleContext, g: Value): readonly Value[] {
  const x = c.input(0);
  const rank = c.shape(x).length;
  const repeats = c.ops.reshape(c.input(1), [-1, 1]);
  const sizes = c.ops.reshape(c.shapeOf(x), [-1, 1]);
  const interleaved = c.ops.reshape(c.ops.concat([repeats, sizes], 1), [-1]);
  const copies = c.g.op("Reshape", [g, interleaved]);
  return [
    c.ops.sum(
      copies,
      Array.from({ length: rank }, (_, i) => 2 * i),
    ),
  ];
}

export const movementRules: RuleTable = {
  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Transpose: { vjp: transposeVjp },
  Expand: { vjp: (c, g) => [c.sumTo(g, c.shape(c.output(0)), c.shape(c.input(0)))] },
  Concat: { vjp: concatVjp },
  Split: { vjp: splitVjp, everyOutput: true },
  Slice: { vjp: sliceVjp },
  Pad: { vjp: padVjp },
  Tile: { vjp: tileVjp },
  // A triangle of g, the rest is zero.
  Trilu: {
    vjp: (c, g) => {
      const [, k = ""] = c.node.inputs;
      return [c.g.op("Trilu", [g, k], { upper: intAttribute(c.node, "upper", 1) })];
    },
  },
};
