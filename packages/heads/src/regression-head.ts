import type { Head } from "@incipit/core";
import { initializers, linear, named } from "@incipit/tensor";
import { chooseFeature, pooledFeature, type PooledFeatureOptions } from "./pooling.js";

/** The feature that a number is read from, and what the numbers are like. */
export interface RegressionHeadOptions extends PooledFeatureOptions {
  /** The mean of the numbers to be predicted. @default 0 */
  readonly mean?: number;
  /** Their standard deviation: with both, learning rates do not depend on the numbers' unit. @default 1 */
  readonly deviation?: number;
}

/**
 * A number for each text, read off a pooled feature: `mean + deviation · (w·x + b)`.
 * Parameters: `head.weight` `[1, width]`, `head.bias` `[1]`. Output: `prediction` `[batch, 1]`.
 */
export function regressionHead(options: RegressionHeadOptions = {}): Head {
  const { mean = 0, deviation = 1, ...pooled } = options;
  return {
    config: { type: "regression", ...options },
    parameters({ features }) {
      const { width } = chooseFeature(features, options.feature);
      const shared = { group: "head", learningRateScale: 1 } as const;
      return [
        {
          ...shared,
          name: "head.weight",
          shape: [1, width],
          initialize: (random) => initializers.kaimingUniform()(random, [1, width]),
        },
        {
          ...shared,
          name: "head.bias",
          shape: [1],
          initialize: (random) => initializers.zeros()(random, [1]),
        },
      ];
    },
    build(ops, context) {
      const { parameters } = context;
      const x = pooledFeature(ops, context, pooled);
      const standard = linear(ops, x, named(parameters, "head.weight"), named(parameters, "head.bias"));
      return {
        prediction: ops.add(ops.mul(standard, ops.scalar(deviation)), ops.scalar(mean)),
      };
    },
  };
}
