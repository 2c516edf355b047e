import { ConfigError, type Objective } from "@incipit/core";
import { crossEntropy as crossEntropyOf } from "@incipit/tensor";

/**
 * Cross-entropy of the head's `logits` `[batch, labels]` with the target `labels` `[batch]` int64: the mean over the
 * examples whose label is not -100.
 */
export function crossEntropy(): Objective {
  return {
    targets: [{ name: "labels", dtype: "int64", shape: ["batch"] }],
    build(ops, { outputs, targets }) {
      const { logits } = outputs;
      const { labels } = targets;
      if (logits === undefined || labels === undefined) {
        throw new ConfigError("Cross-entropy needs the head's output `logits` and the target `labels`.");
      }
      return crossEntropyOf(ops, logits, labels);
    },
  };
}
