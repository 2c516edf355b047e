import { type Head } from "@incipit/core";
import { named } from "@incipit/tensor";

/**
 * Several of the model's own outputs as they are, e.g. `start_logits` and `end_logits` of a question answerer.
 * No parameters. Outputs: the features of these names, in their own shapes. Its `build` throws a `ConfigError` when the
 * backbone lacks one.
 */
export function modelOutputs(features: readonly string[]): Head {
  return {
    config: { type: "model-outputs", features },
    parameters: () => [],
    build: (_, context) => Object.fromEntries(features.map((name) => [name, named(context.features, name)])),
  };
}
