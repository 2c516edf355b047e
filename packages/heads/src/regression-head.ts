import type { Head } from "@incipit/core";
import { linearOutputs, linearParameters } from "./linear-layer.js";
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
    parameters: ({ features }) => linearParameters(1, chooseFeature(features, options.feature).width),
    build(ops, context) {
      const standard = linearOutputs(ops, context, pooledFeature(ops, context, pooled));
      return { prediction: ops.add(ops.mul(standard, ops.scalar(deviation)), ops.scalar(mean)) };
    },
  };
}
