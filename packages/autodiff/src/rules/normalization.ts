/** @file Softmax and normalisations. Formulas: y is the output, g its cotangent. */
import { intAttribute, type Value } from "@incipit/onnx";
import type { RuleContext, RuleTable } from "../rule.js";
import { normalizeAxis } from "./slicing.js";

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

/**
 * With x̂ = (x - mean)·r, r the inverse deviation, and ĝ = g·scale:
 * ∂x = r·(ĝ - mean(ĝ) - x̂·mean(ĝ·x̂)), ∂scale = Σ g·x̂, ∂bias = Σ g.
 * @see Ba et al. 2016, arXiv:1607.06450
 */
function layerNormalizationVjp(c: RuleContext, g: Value): readonly (Value | undefined)[] {
  const { ops } = c;
  const [x, scale] = [c.input(0), c.input(1)];
  const shape = c.shape(x);
  const first = normalizeAxis(intAttribute(c.node, "axis", -1), shape.length);
  const axes = shape.flatMap((_, i) => (i >= first ? [i] : []));
  const [mean, inverse] = [c.output(1), c.output(2)];
  const normalized = ops.mul(ops.sub(x, mean), inverse);
  const input = () => {
    const scaled = ops.mul(g, scale);
    const average = (value: Value) => ops.mean(value, axes, true);
    const centred = ops.sub(scaled, average(scaled));
    return ops.mul(inverse, ops.sub(centred, ops.mul(normalized, average(ops.mul(scaled, normalized)))));
  };
  return [
    c.needs[0] === true ? input() : undefined,
    c.needs[1] === true ? c.sumTo(ops.mul(g, normalized), shape, c.shape(scale)) : undefined,
    c.needs[2] === true ? c.sumTo(g, shape, c.shape(c.input(2))) : undefined,
  ];
}

export const normalizationRules: RuleTable = {
  Softmax: { vjp: softmaxVjp },
  LogSoftmax: { vjp: logSoftmaxVjp },
  LayerNormalization: { vjp: layerNormalizationVjp },
};
