import { type Head } from "@incipit/core";
import { checkLabels } from "./labels.js";
import { linearOutputs, linearParameters } from "./linear-layer.js";
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
    parameters: ({ features }) => linearParameters(labels, chooseFeature(features, options.feature).width),
    build: (ops, context) => ({
      logits: linearOutputs(ops, context, pooledFeature(ops, context, pooled)),
    }),
  };
}
