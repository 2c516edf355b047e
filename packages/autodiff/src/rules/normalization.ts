/** @file Softmax and normalisations. Formulas: y is the output, g its cotangent. */
import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, floatAttribute, intAttribute, type Value } from "@incipit/onnx";
import type { InputCotangents, RuleContext, RuleTable } from "../rule.js";
import { ints, normalizeAxis } from "./slicing.js";

/** ∂x = y·(g - Σ g·y) along the axis */
function softmaxVjp(c: RuleContext, g: Value): readonly Value[] {
  const { ops } = c;
  const axis = intAttribute(c.node, "axis", -1);
  const weighted = ops.mul(g, c.output(0));
  return [ops.sub(weighted, ops.mul(c.output(0), ops.sum(weighted, [axis], true)))];
}

/** ∂x = g - eʸ·Σ g along the axis */
function logSoftmaxVjp(c: RuleContext, g: Value): readonly Value[] {
  const { ops } = c;
  const axis = intAttribute(c.node, "axis", -1);
  return [ops.sub(g, ops.mul(ops.exp(c.output(0)), ops.sum(g, [axis], true)))];
}

/** x̂, x made to have mean 0 and mean square 1 over some axes, or only the latter; and r, what that multiplied it by. */
interface Normalized {
  readonly value: Value;
  readonly inverse: Value;
  readonly axes: readonly number[];
  readonly centred: boolean;
}

const epsilonOf = (c: RuleContext, fallback = 1e-5) =>
  c.scalar(floatAttribute(c.node, "epsilon", fallback), c.input(0));

/** x̂ = (x - mean)·r with r = 1/√(variance + ε) */
function standardize(c: RuleContext, x: Value, axes: readonly number[]): Normalized {
  const centred = c.ops.sub(x, c.ops.mean(x, axes, true));
  const variance = c.ops.mean(c.ops.mul(centred, centred), axes, true);
  const inverse = c.g.op("Reciprocal", [c.ops.sqrt(c.ops.add(variance, epsilonOf(c)))]);
  return { value: c.ops.mul(centred, inverse), inverse, axes, centred: true };
}

/** The cotangent of x from that of x̂, ĝ: r·(ĝ - mean ĝ - x̂·mean(ĝ·x̂)), without mean ĝ where x̂ is not centred. */
function throughNormalized(c: RuleContext, g: Value, { value, inverse, axes, centred }: Normalized): Value {
  const { ops } = c;
  const mean = (of: Value) => ops.mean(of, axes, true);
  const rest = centred ? ops.sub(g, mean(g)) : g;
  return ops.mul(inverse, ops.sub(rest, ops.mul(value, mean(ops.mul(g, value)))));
}

/** All axes of the input from the one that the node's `axis` names, by default the last. */
function trailingAxes(c: RuleContext): readonly number[] {
  const rank = c.shape(c.input(0)).length;
  const first = normalizeAxis(intAttribute(c.node, "axis", -1), rank);
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** y = x̂·scale + bias, scale and bias broadcast: ∂scale = Σ g·x̂, ∂bias = Σ g. */
function scaled(c: RuleContext, g: Value, normalized: Normalized): InputCotangents {
  const { ops } = c;
  const [x, scale, bias = ""] = [c.input(0), c.input(1), c.node.inputs[2]];
  const shape = c.shape(x);
  return [
    c.needs[0] === true ? throughNormalized(c, ops.mul(g, scale), normalized) : undefined,
    c.needs[1] === true ? c.sumTo(ops.mul(g, normalized.value), shape, c.shape(scale)) : undefined,
    c.needs[2] === true ? c.sumTo(g, shape, c.shape(bias)) : undefined,
  ];
}

/** The forward operator's saved statistic in the type of x: those of 16-bit floats are kept in float32. */
function statistic(c: RuleContext, i: number): Value {
  const value = c.output(i);
  return c.dtype(c.input(0)) === "float32" ? value : c.g.op("CastLike", [value, c.input(0)]);
}

/** @see Ba et al. 2016, arXiv:1607.06450 */
function layerNormalizationVjp(c: RuleContext, g: Value): InputCotangents {
  const inverse = statistic(c, 2);
  const value = c.ops.mul(c.ops.sub(c.input(0), statistic(c, 1)), inverse);
  return scaled(c, g, { value, inverse, axes: trailingAxes(c), centred: true });
}

/** x̂ = x·r with r = 1/√(mean x² + ε). @see Zhang & Sennrich 2019, arXiv:1910.07467 */
function rmsNormalizationVjp(c: RuleContext, g: Value, inverse: Value): InputCotangents {
  const value = c.ops.mul(c.input(0), inverse);
  return scaled(c, g, { value, inverse, axes: trailingAxes(c), centred: false });
}

function inverseRootMeanSquare(c: RuleContext): Value {
  const x = c.input(0);
  const meanSquare = c.ops.mean(c.ops.mul(x, x), trailingAxes(c), true);
  return c.g.op("Reciprocal", [c.ops.sqrt(c.ops.add(meanSquare, epsilonOf(c)))]);
}

/** All axes behind batch and channels, and all but the channels. */
const spatialAxes = (c: RuleContext) => [...c.shape(c.input(0)).keys()].slice(2);
const allButChannels = (c: RuleContext) => [0, ...spatialAxes(c)];

/** One value per channel, so shaped that it meets axis 1 when broadcast. */
function channelwise(c: RuleContext, values: Value): Value {
  return c.ops.reshape(values, [-1, ...spatialAxes(c).map(() => 1)]);
}

/** @see Ulyanov et al. 2016, arXiv:1607.08022 */
function instanceNormalizationVjp(c: RuleContext, g: Value): InputCotangents {
  const { ops } = c;
  const normalized = standardize(c, c.input(0), spatialAxes(c));
  const g1 = () => ops.mul(g, channelwise(c, c.input(1)));
  return [
    c.needs[0] === true ? throughNormalized(c, g1(), normalized) : undefined,
    c.needs[1] === true ? ops.sum(ops.mul(g, normalized.value), allButChannels(c)) : undefined,
    c.needs[2] === true ? ops.sum(g, allButChannels(c)) : undefined,
  ];
}

/** Channels in groups, normalized together. @see Wu & He 2018, arXiv:1803.08494 */
function groupNormalizationVjp(c: RuleContext, g: Value): InputCotangents {
  const { ops } = c;
  const [x, scale] = [c.input(0), c.input(1)];
  const groups = intAttribute(c.node, "num_groups", 1);
  const channels = c.shape(x)[1];
  if (typeof channels !== "number") {
    throw new UnsupportedOperatorError(
      `${describeNode(c.node)}: no gradient for a number of channels that varies.`,
    );
  }
  const grouped = (value: Value) => c.g.op("Reshape", [value, ints(c, [0, groups, -1])]);
  const ungrouped = (value: Value) => c.g.op("Reshape", [value, c.shapeOf(x)]);
  const normalized = standardize(c, grouped(x), [2]);
  // Scale and bias have one value per group in opset 18, one per channel since 21.
  const perGroup = c.shape(scale)[0] !== channels;
  const members = ints(c, [groups, channels / groups]);
  const perChannel = (values: Value) =>
    perGroup ? ops.reshape(c.g.op("Expand", [ops.reshape(values, [-1, 1]), members]), [channels]) : values;
  const collect = (value: Value) => {
    const sums = ops.sum(value, allButChannels(c));
    return perGroup ? ops.sum(c.g.op("Reshape", [sums, members]), [1]) : sums;
  };
  const scaledBack = () => grouped(ops.mul(g, channelwise(c, perChannel(scale))));
  return [
    c.needs[0] === true ? ungrouped(throughNormalized(c, scaledBack(), normalized)) : undefined,
    c.needs[1] === true ? collect(ops.mul(g, ungrouped(normalized.value))) : undefined,
    c.needs[2] === true ? collect(g) : undefined,
  ];
}

/** y = (x - mean)·r·scale + bias with r = 1/√(variance + ε), the statistics those of training. */
function batchNormalizationVjp(c: RuleContext, g: Value): InputCotangents {
  if (intAttribute(c.node, "training_mode", 0) === 1) {
    throw new UnsupportedOperatorError(`${describeNode(c.node)}: no gradient in training mode.`);
  }
  const { ops } = c;
  const [x, scale, , mean, variance] = [0, 1, 2, 3, 4].map((i) => c.input(i)) as [
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  const inverse = c.g.op("Reciprocal", [ops.sqrt(ops.add(variance, epsilonOf(c)))]);
  const normalized = () => ops.mul(ops.sub(x, channelwise(c, mean)), channelwise(c, inverse));
  return [
    c.needs[0] === true ? ops.mul(g, channelwise(c, ops.mul(scale, inverse))) : undefined,
    c.needs[1] === true ? ops.sum(ops.mul(g, normalized()), allButChannels(c)) : undefined,
    c.needs[2] === true ? ops.sum(g, allButChannels(c)) : undefined,
  ];
}

/** y = x/n, n the norm: ∂x = (g - n′·Σ g·y)/n with n′ = y for the Euclidean norm, sign x for the sum of absolutes. */
function lpNormalizationVjp(c: RuleContext, g: Value): readonly Value[] {
  const { ops } = c;
  const x = c.input(0);
  const axis = intAttribute(c.node, "axis", -1);
  const absolute = intAttribute(c.node, "p", 2) === 1;
  const norm = c.g.op(absolute ? "ReduceL1" : "ReduceL2", [x, ints(c, [axis])], { keepdims: 1 });
  const safe = ops.where(ops.equal(norm, c.scalar(0, x)), c.scalar(1, x), norm);
  const along = ops.sum(ops.mul(g, c.output(0)), [axis], true);
  const slope = absolute ? c.g.op("Sign", [x]) : c.output(0);
  return [ops.div(ops.sub(g, ops.mul(slope, along)), safe)];
}

export const normalizationRules: RuleTable = {
  Softmax: { vjp: softmaxVjp },
  LogSoftmax: { vjp: logSoftmaxVjp },
  LayerNormalization: { vjp: layerNormalizationVjp },
  RMSNormalization: { vjp: (c, g) => rmsNormalizationVjp(c, g, inverseRootMeanSquare(c)) },
  SimplifiedLayerNormalization: { vjp: (c, g) => rmsNormalizationVjp(c, g, statistic(c, 1)) },
  InstanceNormalization: { vjp: instanceNormalizationVjp },
  GroupNormalization: { vjp: groupNormalizationVjp },
  BatchNormalization: { vjp: batchNormalizationVjp },
  LpNormalization: { vjp: lpNormalizationVjp },
};
