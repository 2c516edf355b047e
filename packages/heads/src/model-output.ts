import { type Head } from "@incipit/core";
import { named } from "@incipit/tensor";

/**
 * The model's own output as it is, e.g. the logits of a classifier that was exported with its head.
 * No parameters. Output: `logits`, of the feature's shape. Its `build` throws a `ConfigError` when the backbone has no such
 * feature.
 * @param feature the backbone's feature to read
 */
export function modelOutput(feature = "logits"): Head {
  return {
    config: { type: "model-output", feature },
    parameters: () => [],
    build: (_, { features }) => ({ logits: named(features, feature) }),
  };
}
