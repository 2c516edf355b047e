import { ConfigError, type Head } from "@incipit/core";
import { initializers, linear, named } from "@incipit/tensor";
import { checkLabels } from "./labels.js";
import { chooseFeature, pooledFeature, type PooledFeatureOptions } from "./pooling.js";

/** The classes, the width of the prompt, and the feature that it is fused with. */
export interface LateFusionOptions extends PooledFeatureOptions {
  /** Number of classes. */
  readonly labels: number;
  /** Width of the learned prompt vector p. @default 64 */
  readonly promptWidth?: number;
}

/**
 * A prompt that meets the text behind the frozen model instead of before it: `h' = concat(p, h)`,
 * `P(y|x) = softmax(W h')`, with h the model's state `[batch, width]` and p a learned vector `[promptWidth]`.
 *
 * h never changes, so it is computed once per text and training runs on the cached features. As p is the same for all
 * texts, `W_p p` acts as one bias per class.
 * Parameters: `head.prompt` `[promptWidth]` (group `prompt`), `head.weight` `[labels, promptWidth + width]`. Output:
 * `logits` `[batch, labels]`.
 * @throws {ConfigError} when there are fewer than two labels, or `promptWidth` is no positive integer
 */
export function lateFusion(options: LateFusionOptions): Head {
  const { labels, promptWidth = 64, ...pooled } = options;
  checkLabels("lateFusion", labels);
  if (!Number.isInteger(promptWidth) || promptWidth < 1) {
    throw new ConfigError(`lateFusion: expected a positive width of the prompt, got ${promptWidth}.`);
  }
  return {
    config: { type: "late-fusion", labels, promptWidth, ...pooled },
    parameters({ features }) {
      const fused = promptWidth + chooseFeature(features, options.feature).width;
      return [
        {
          name: "head.prompt",
          shape: [promptWidth],
          group: "prompt",
          learningRateScale: 1,
          initialize: (random) => initializers.normal({ std: 1 / Math.sqrt(fused) })(random, [promptWidth]),
        },
        {
          name: "head.weight",
          shape: [labels, fused],
          group: "head",
          learningRateScale: 1,
          initialize: (random) => initializers.kaimingUniform()(random, [labels, fused]),
        },
      ];
    },
    build(ops, context) {
      const h = pooledFeature(ops, context, pooled);
      const p = ops.expand(named(context.parameters, "head.prompt"), [{ of: h, axis: 0 }, promptWidth]);
      return { logits: linear(ops, ops.concat([p, h], 1), named(context.parameters, "head.weight")) };
    },
  };
}
