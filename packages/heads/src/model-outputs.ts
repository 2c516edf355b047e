import { type Head } from "@incipit/core";
import { named, removePrompt } from "@incipit/tensor";
import type { PositionsOptions } from "./positions.js";

/**
 * Several of the model's own outputs as they are, e.g. `start_logits` and `end_logits` of a question answerer.
 * No parameters. Outputs: the features of these names, in their own shapes. Its `build` throws a `ConfigError` when the
 * backbone lacks one.
 * @param options positions: `text` leaves the virtual tokens out, for features that have positions
 */
export function modelOutputs(
  features: readonly string[],
  { positions = "all" }: PositionsOptions = {},
): Head {
  return {
    config: { type: "model-outputs", features, ...(positions === "text" && { positions }) },
    parameters: () => [],
    build: (ops, context) =>
      Object.fromEntries(
        features.map((name) => {
          const feature = named(context.features, name);
          return [name, positions === "text" ? removePrompt(ops, feature, context) : feature];
        }),
      ),
  };
}
