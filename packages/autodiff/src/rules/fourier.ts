/** @file The discrete Fourier transform; complex numbers are pairs on the last axis. */
import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, intAttribute, type Value } from "@incipit/onnx";
import type { RuleContext, RuleTable } from "../rule.js";
import { axisSize, ints, normalizeAxis } from "./slicing.js";

/**
 * y = F·x with a symmetric complex matrix F, forward or inverse: ∂x = Fᴴ·g, the conjugate of F times the conjugate of g. Where
 * only the first half of y was kept, the rest of g is zero; of a real x, only the real part counts.
 */
function dftVjp(c: RuleContext, g: Value): readonly Value[] {
  const { node, ops } = c;
  const x = c.input(0);
  if ((node.inputs[1] ?? "") !== "")
    throw new UnsupportedOperatorError(`${describeNode(node)}: no gradient with "dft_length".`);
  const attributes = { inverse: intAttribute(node, "inverse", 0) };
  const axis = axisOf(c);
  const onesided = intAttribute(node, "onesided", 0) === 1;
  const back = conjugate(c, onesided ? padded(c, g, axis) : g);
  // What was an attribute became an input in opset 20.
  const transformed =
    c.g.opset < 20
      ? c.g.op("DFT", [back], { ...attributes, axis })
      : c.g.op("DFT", [back, "", ops.reshape(ints(c, [axis]), [])], attributes);
  const cotangent = conjugate(c, transformed);
  return [c.shape(x).at(-1) === 1 ? ops.slice(cotangent, -1, 0, 1) : cotangent];
}

function axisOf(c: RuleContext): number {
  const { node } = c;
  const rank = c.shape(c.input(0)).length;
  const given = node.inputs[2] ?? "";
  if (given === "") return normalizeAxis(intAttribute(node, "axis", c.g.opset < 20 ? 1 : -2), rank);
  const axis = c.constant(given);
  if (axis === undefined)
    throw new UnsupportedOperatorError(`${describeNode(node)}: no gradient along an axis that is computed.`);
  return normalizeAxis(Number(axis.data[0]), rank);
}

function conjugate(c: RuleContext, z: Value): Value {
  const signs = c.ops.constant({ dtype: "float32", shape: [2], data: Float32Array.of(1, -1) });
  const like = c.dtype(c.input(0)) === "float32" ? signs : c.g.op("CastLike", [signs, z]);
  return c.ops.mul(z, like);
}

/** With zeros behind, up to the length of x. */
function padded(c: RuleContext, g: Value, axis: number): Value {
  const missing = c.ops.sub(axisSize(c, c.input(0), axis), axisSize(c, c.output(0), axis));
  return c.g.op("Pad", [g, c.ops.concat([ints(c, [0]), missing], 0), "", ints(c, [axis])]);
}

export const fourierRules: RuleTable = { DFT: { vjp: dftVjp } };
