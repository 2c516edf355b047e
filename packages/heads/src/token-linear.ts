import {
  ConfigError,
  type BackboneInfo,
  type HeadContext,
  type Ops,
  type ParameterSpec,
} from "@incipit/core";
import { named, removePrompt } from "@incipit/tensor";
import { linearOutputs, linearParameters } from "./linear-layer.js";

type Features = BackboneInfo["features"];

/**
 * The feature that a head over tokens reads: `wanted`, or else the first of kind `tokens`.
 * @throws {ConfigError} when the backbone has no such feature
 */
function tokenFeature(
  features: Features,
  wanted?: string,
): { readonly name: string; readonly width: number } {
  const names = Object.keys(features);
  const name = wanted ?? names.find((candidate) => features[candidate]?.kind === "tokens");
  const spec = name === undefined ? undefined : features[name];
  if (name !== undefined && spec?.kind === "tokens") return { name, width: spec.width };
  const tokens = names.filter((candidate) => features[candidate]?.kind === "tokens");
  throw new ConfigError(
    `The backbone has no feature ${wanted === undefined ? "" : `"${wanted}" `}of tokens; it has ${tokens.join(", ") || "none of them"}. ` +
      "Give a model that was exported with its token states, such as last_hidden_state.",
  );
}

/** `head.weight` `[outputs, width]` and `head.bias` `[outputs]`, to be read by `tokenLogits`. */
export function tokenParameters(
  features: Features,
  outputs: number,
  feature?: string,
): readonly ParameterSpec[] {
  return linearParameters(outputs, tokenFeature(features, feature).width);
}

/** `W x + b` of the text's tokens, `[batch, seq, outputs]`: virtual tokens are left out. */
export function tokenLogits<T>(ops: Ops<T>, context: HeadContext<T>, feature?: string): T {
  const { features, featureSpecs } = context;
  const states = named(features, tokenFeature(featureSpecs, feature).name);
  return linearOutputs(ops, context, removePrompt(ops, states, context));
}
