/** @file Rotary position embeddings. */
import type { Value } from "@incipit/onnx";
import type { Rule, RuleContext, RuleTable } from "../rule.js";

/** A rotation: its transpose turns back by the same angle, so the same operator with -sin. */
function rotation(sinAt: number): Rule {
  const vjp = (c: RuleContext, g: Value) => {
    const { opType, domain, inputs, attributes } = c.node;
    const back = inputs.map((input, i) => (i === 0 ? g : i === sinAt ? c.ops.neg(input) : input));
    return [c.g.op(opType, back, attributes, { domain })];
  };
  return { vjp };
}

export const rotaryRules: RuleTable = {
  RotaryEmbedding: rotation(2),
  "com.microsoft.RotaryEmbedding": rotation(3),
};
