import { ConfigError, type Head } from "@incipit/core";

/**
 * The model's own output as it is, e.g. the logits of a classifier that was exported with its head.
 * No parameters. Output: `logits`, of the feature's shape.
 * @param feature the backbone's feature to read
 */
export function modelOutput(feature = "logits"): Head {
  return {
    config: { type: "model-output", feature },
    parameters: () => [],
    build(_, { features }) {
      const logits = features[feature];
      if (logits === undefined) {
        throw new ConfigError(
          `The backbone has no output "${feature}"; it has ${Object.keys(features).join(", ") || "none"}.`,
        );
      }
      return { logits };
    },
  };
}
