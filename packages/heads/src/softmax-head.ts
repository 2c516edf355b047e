import { type Head } from "@incipit/core";
import { initializers, linear, named } from "@incipit/tensor";
import { checkLabels } from "./labels.js";
import { chooseFeature, pooledFeature, type PooledFeatureOptions } from "./pooling.js";

/** The classes, and the feature that they are read from. */
export interface SoftmaxHeadOptions extends PooledFeatureOptions {
  /** Number of classes. */
  readonly labels: number;
}

/**
 * Softmax classification over a pooled feature: `logits = W x + b`, `P(y|x) = softmax(logits)`.
 * Parameters: `head.weight` `[labels, width]`, `head.bias` `[labels]`. Output: `logits` `[batch, labels]`.
 * @throws {ConfigError} when there are fewer than two labels
 */
export function softmaxHead(options: SoftmaxHeadOptions): Head {
  const { labels, ...pooled } = options;
  checkLabels("softmaxHead", labels);
  return {
    config: { type: "softmax", ...options },
    parameters({ features }) {
      const { width } = chooseFeature(features, options.feature);
      const shared = { group: "head", learningRateScale: 1 } as const;
      return [
        {
          ...shared,
          name: "head.weight",
          shape: [labels, width],
          initialize: (random) => initializers.kaimingUniform()(random, [labels, width]),
        },
        {
          ...shared,
          name: "head.bias",
          shape: [labels],
          initialize: (random) => initializers.zeros()(random, [labels]),
        },
      ];
    },
    build(ops, context) {
      const { parameters } = context;
      const x = pooledFeature(ops, context, pooled);
      const logits = linear(ops, x, named(parameters, "head.weight"), named(parameters, "head.bias"));
      return { logits };
    },
  };
}
