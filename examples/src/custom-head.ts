import type { Head, ParameterSpec } from "@incipit/core";
import { initializers, linear, named } from "@incipit/tensor";

/** Attention pooling: `h = Σₚ softmaxₚ(q·xₚ) xₚ` over the text's tokens, with a learned query q; `logits = W h`. */
export function attentionHead(labels: number, width: number): Head {
  const learned = (name: string, shape: readonly number[]): ParameterSpec => ({
    ...{ name, shape, group: "head", learningRateScale: 1 },
    initialize: (random) => initializers.normal({ std: 1 / Math.sqrt(width) })(random, shape),
  });
  return {
    parameters: () => [learned("head.query", [width, 1]), learned("head.weight", [labels, width])],
    build(ops, { features, textMask, parameters }) {
      const tokens = named(features, "tokens");
      const scores = ops.matmul(tokens, named(parameters, "head.query"));
      const column = ops.reshape(ops.cast(textMask, "float32"), [{ of: tokens, axis: 0 }, -1, 1]);
      const masked = ops.sub(scores, ops.mul(ops.sub(ops.scalar(1), column), ops.scalar(1e9)));
      const pooled = ops.sum(ops.mul(ops.softmax(masked, 1), tokens), [1]);
      return { logits: linear(ops, pooled, named(parameters, "head.weight")) };
    },
  };
}
