/** @file Reductions. Formulas: y is the output, g its cotangent, N the number of elements reduced to one. */
import { UnsupportedOperatorError, type HostTensor } from "@incipit/core";
import { describeNode, intAttribute, intsAttribute, type Value } from "@incipit/onnx";
import type { Rule, RuleContext, RuleTable } from "../rule.js";
import { ints, normalizeAxis } from "./slicing.js";

/** The axes that a reduction node reduces, in order; all of them when it names none. */
function reducedAxes(c: RuleContext): readonly number[] {
  const rank = c.shape(c.input(0)).length;
  const attribute = intsAttribute(c.node, "axes", undefined);
  const named = attribute ?? constantAxes(c);
  if (named.length > 0) return named.map((axis) => normalizeAxis(axis, rank)).sort((a, b) => a - b);
  const none = intAttribute(c.node, "noop_with_empty_axes", 0) === 1;
  return none ? [] : Array.from({ length: rank }, (_, i) => i);
}

function constantAxes(c: RuleContext): readonly number[] {
  const [, axes = ""] = c.node.inputs;
  if (axes === "") return [];
  const tensor: HostTensor | undefined = c.constant(axes);
  if (tensor === undefined) {
    throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient when the axes are computed.`);
  }
  return Array.from(tensor.data as ArrayLike<bigint>, Number);
}

/** A value of the output's shape, with the reduced axes back as size one. */
function kept(c: RuleContext, value: Value, axes: readonly number[]): Value {
  if (axes.length === 0 || intAttribute(c.node, "keepdims", 1) === 1) return value;
  return c.g.op("Unsqueeze", [value, ints(c, axes)]);
}

/** N as a scalar of x's type. */
function count(c: RuleContext, axes: readonly number[]): Value {
  const x = c.input(0);
  const dims = c.shape(x);
  const sizes = axes.map((axis) => dims[axis] ?? 1);
  const known = sizes.filter((size) => typeof size === "number");
  const constant = c.scalar(
    known.reduce((a, b) => a * b, 1),
    x,
  );
  const varying = axes.filter((axis) => typeof dims[axis] === "string");
  if (varying.length === 0) return constant;
  const product = c.g.op("ReduceProd", [c.ops.gather(c.shapeOf(x), ints(c, varying), 0)], { keepdims: 0 });
  return c.ops.mul(c.g.op("CastLike", [product, x]), constant);
}

/** A rule that is given g and y with the reduced axes back; what it returns is broadcast to x's shape. */
function reduction(
  formula: (c: RuleContext, args: { g: Value; y: () => Value; x: Value; axes: readonly number[] }) => Value,
  broadcasts: "broadcast" | "full",
  axesOf: (c: RuleContext) => readonly number[] = reducedAxes,
): Rule {
  return {
    vjp: (c, g) => {
      const axes = axesOf(c);
      const x = c.input(0);
      const result = formula(c, { g: kept(c, g, axes), y: () => kept(c, c.output(0), axes), x, axes });
      return [broadcasts === "full" ? result : c.g.op("Expand", [result, c.shapeOf(x)])];
    },
  };
}

type Formula = Parameters<typeof reduction>[0];

/** All axes behind batch and channels. */
const spatialAxes = (c: RuleContext) => [...c.shape(c.input(0)).keys()].slice(2);

/** g / N */
const mean: Formula = (c, { g, axes }) => c.ops.div(g, count(c, axes));

/** g goes to the elements that attain y, in equal parts where several do. */
const extremum: Formula = (c, { g, y, x, axes }) => {
  const attains = c.g.op("CastLike", [c.ops.equal(x, y()), x]);
  const ties = axes.length === 0 ? attains : c.ops.sum(attains, axes, true);
  return c.ops.mul(c.ops.div(g, ties), attains);
};

/** y = Π x: g times the product of the others, which is 0 where one of them is, and else the product without zeros / x. */
const product: Formula = (c, { g, x, axes }) => {
  if (axes.length === 0) return g;
  const { ops } = c;
  const [zero, one] = [c.scalar(0, x), c.scalar(1, x)];
  const isZero = ops.equal(x, zero);
  const safe = ops.where(isZero, one, x);
  const zeros = c.g.op("CastLike", [isZero, x]);
  const otherZeros = ops.sub(ops.sum(zeros, axes, true), zeros);
  const others = ops.div(c.g.op("ReduceProd", [safe, ints(c, axes)], { keepdims: 1 }), safe);
  return ops.mul(g, ops.where(ops.equal(otherZeros, zero), others, zero));
};

export const reductionRules: RuleTable = {
  ReduceSum: reduction((_, { g }) => g, "broadcast"),
  ReduceMean: reduction(mean, "broadcast"),
  ReduceMax: reduction(extremum, "full"),
  ReduceMin: reduction(extremum, "full"),
  ReduceProd: reduction(product, "full"),
  // y = Σ|x|: g·sign x
  ReduceL1: reduction((c, { g, x }) => c.ops.mul(g, c.g.op("Sign", [x])), "full"),
  // y = √Σx²: g·x/y, and 0 for x = 0
  ReduceL2: reduction((c, { g, y, x }) => {
    const norm = y();
    const zero = c.scalar(0, x);
    const safe = c.ops.where(c.ops.greater(norm, zero), norm, c.scalar(1, x));
    return c.ops.mul(x, c.ops.div(g, safe));
  }, "full"),
  // y = Σx²: 2·g·x
  ReduceSumSquare: reduction((c, { g, x }) => c.ops.mul(c.ops.mul(c.scalar(2, x), g), x), "full"),
  // y = ln Σx: g / Σx
  ReduceLogSum: reduction((c, { g, y }) => c.ops.div(g, c.ops.exp(y())), "broadcast"),
  // y = ln Σeˣ: g·exp(x - y)
  ReduceLogSumExp: reduction((c, { g, y, x }) => c.ops.mul(g, c.ops.exp(c.ops.sub(x, y()))), "full"),
  GlobalAveragePool: reduction(mean, "broadcast", spatialAxes),
  GlobalMaxPool: reduction(extremum, "full", spatialAxes),
};
