/** @file Operators that read by index: their gradients add up what was read from each place. */
import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, intAttribute, stringAttribute, type Value } from "@incipit/onnx";
import type { RuleContext, RuleTable } from "../rule.js";
import { axisPositions, axisSize, normalizeAxis, scatterRows } from "./slicing.js";

/** y = rows of x: g's rows are added where they were read. */
function gatherVjp(c: RuleContext, g: Value): readonly Value[] {
  const x = c.input(0);
  // Gather reads by int32 too, ScatterND writes by int64 only.
  const indices = c.dtype(c.input(1)) === "int64" ? c.input(1) : c.ops.cast(c.input(1), "int64");
  const rank = c.shape(x).length;
  const indicesRank = c.shape(c.input(1)).length;
  const axis = normalizeAxis(intAttribute(c.node, "axis", 0), rank);
  const length = axisSize(c, x, axis);
  const index = c.constant(c.input(1));
  if (indicesRank === 0) {
    const row = c.g.op("Unsqueeze", [g, c.ops.constant(vector([axis]))]);
    const position = index === undefined ? undefined : Number(index.data[0]);
    if (position === undefined) {
      return [scatterRows(c, row, { axis, rank, length, indices: c.ops.reshape(indices, [1]) })];
    }
    return [padRow(c, row, { axis, rank, length, position })];
  }
  // The indices' axes stand where `axis` was; they become one.
  const shape = c.shape(c.output(0));
  const dims = [
    ...shape.slice(0, axis).map((_, i) => ({ of: x, axis: i })),
    -1,
    ...shape.slice(axis + indicesRank).map((_, i) => ({ of: x, axis: axis + 1 + i })),
  ];
  const rows = indicesRank === 1 ? g : c.ops.reshape(g, dims);
  return [scatterRows(c, rows, { axis, rank, length, indices: c.ops.reshape(indices, [-1]) })];
}

/** Zeros with one row in its place; cheaper than scattering, and what reading `x[:, 0]` needs. */
function padRow(
  c: RuleContext,
  row: Value,
  { axis, rank, length, position }: { axis: number; rank: number; length: Value; position: number },
): Value {
  const zero = c.ops.constant(vector([0]));
  const here = c.ops.constant(vector([position]));
  const before = position < 0 ? c.ops.add(length, here) : here;
  const after = c.ops.sub(c.ops.sub(length, before), c.ops.constant(vector([1])));
  const pads = [before, after].flatMap((pad) =>
    Array.from({ length: rank }, (_, i) => (i === axis ? pad : zero)),
  );
  return c.g.op("Pad", [row, c.ops.concat(pads, 0)]);
}

function vector(values: readonly number[]) {
  return { dtype: "int64", shape: [values.length], data: BigInt64Array.from(values, BigInt) } as const;
}

/** Whether a Scatter adds to what is there (and not: replaces it). */
function adds(c: RuleContext): boolean {
  const reduction = stringAttribute(c.node, "reduction", "none");
  if (reduction === "add" || reduction === "none") return reduction === "add";
  throw new UnsupportedOperatorError(
    `${describeNode(c.node)}: no gradient for the reduction "${reduction}".`,
  );
}

export const indexingRules: RuleTable = {
  Gather: { vjp: gatherVjp },
  GatherElements: {
    vjp: (c, g) => {
      const attributes = { axis: intAttribute(c.node, "axis", 0), reduction: "add" };
      return [c.g.op("ScatterElements", [c.zerosLike(c.input(0)), c.input(1), g], attributes)];
    },
  },
  GatherND: {
    vjp: (c, g) => {
      const indices = withBatchIndices(c, c.input(0), c.input(1), intAttribute(c.node, "batch_dims", 0));
      return [c.g.op("ScatterND", [c.zerosLike(c.input(0)), indices, g], { reduction: "add" })];
    },
  },
  ScatterND: {
    vjp: (c, g) => {
      const [indices, updates] = [c.input(1), c.input(2)];
      const added = adds(c);
      const cleared = () => c.g.op("ScatterND", [g, indices, c.zerosLike(updates)]);
      return [
        c.needs[0] === true ? (added ? g : cleared()) : undefined,
        undefined,
        c.needs[2] === true ? c.g.op("GatherND", [g, indices]) : undefined,
      ];
    },
  },
  ScatterElements: {
    vjp: (c, g) => {
      const [indices, updates] = [c.input(1), c.input(2)];
      const axis = intAttribute(c.node, "axis", 0);
      const added = adds(c);
      const cleared = () => c.g.op("ScatterElements", [g, indices, c.zerosLike(updates)], { axis });
      return [
        c.needs[0] === true ? (added ? g : cleared()) : undefined,
        undefined,
        c.needs[2] === true ? c.g.op("GatherElements", [g, indices], { axis }) : undefined,
      ];
    },
  },
  // Two values, one of them where the index points: ∂values sums g over where each stands.
  OneHot: {
    vjp: (c, g) => {
      const values = c.input(2);
      const zeroOne = c.g.op("CastLike", [c.ops.constant(vector([0, 1])), values]);
      const hot = c.g.op("OneHot", [c.input(0), c.input(1), zeroOne], {
        axis: intAttribute(c.node, "axis", -1),
      });
      const all = c.shape(c.output(0)).map((_, axis) => axis);
      const on = c.ops.reshape(c.ops.sum(c.ops.mul(g, hot), all), [1]);
      const off = c.ops.sub(c.ops.reshape(c.ops.sum(g, all), [1]), on);
      return [undefined, undefined, c.ops.concat([off, on], 0)];
    },
    zeroIn: [0, 1],
  },
  // The cumulative sum from the other end.
  CumSum: {
    vjp: (c, g) => {
      const reverse = 1 - intAttribute(c.node, "reverse", 0);
      return [
        c.g.op("CumSum", [g, c.input(1)], { reverse, exclusive: intAttribute(c.node, "exclusive", 0) }),
      ];
    },
  },
  // The k largest values came from the places that the second output names.
  TopK: {
    vjp: (c, g) => {
      const x = c.input(0);
      const axis = intAttribute(c.node, "axis", -1);
      return [c.g.op("ScatterElements", [c.zerosLike(x), c.output(1), g], { axis, reduction: "add" })];
    },
  },
};

/** Indices for the whole tensor from indices within each batch: the batch's own position in front. */
function withBatchIndices(c: RuleContext, x: Value, indices: Value, batchDims: number): Value {
  if (batchDims === 0) return indices;
  const { ops } = c;
  const rank = c.shape(indices).length;
  const shape = c.shapeOf(indices);
  const leading = ops.concat([ops.slice(shape, 0, 0, rank - 1), ops.constant(vector([1]))], 0);
  const positions = Array.from({ length: batchDims }, (_, axis) => {
    const own = ops.reshape(
      axisPositions(c, x, axis),
      Array.from({ length: rank }, (_unused, i) => (i === axis ? -1 : 1)),
    );
    return c.g.op("Expand", [own, leading]);
  });
  return ops.concat([...positions, indices], -1);
}
