import { type Objective } from "@incipit/core";
import { crossEntropy as crossEntropyOf, named } from "@incipit/tensor";

/**
 * Cross-entropy of the head's `logits` `[batch, labels]` with the target `labels` `[batch]` int64: the mean of
 * `-log softmax(logits)[label]` over the examples whose label is not -100. Its `build` throws a `ConfigError` when one of the
 * two is missing.
 */
export function crossEntropy(): Objective {
  return {
    targets: [{ name: "labels", dtype: "int64", shape: ["batch"] }],
    build: (ops, { outputs, targets }) =>
      crossEntropyOf(ops, named(outputs, "logits"), named(targets, "labels")),
  };
}
