import { type Head } from "@incipit/core";
import { named, removePrompt } from "@incipit/tensor";
import { checkLabels } from "./labels.js";
import { tokenLogits, tokenParameters } from "./token-linear.js";

/** The classes, and the feature that they are read from. */
export interface TokenHeadOptions {
  /** Number of classes. */
  readonly labels: number;
  /** The backbone's feature to read, of kind `tokens`. @default the first of that kind */
  readonly feature?: string;
}

/**
 * A class for each token of a text: `logits = W x + b`. There are none for virtual tokens, so the objective is
 * `tokenClassification({ positions: "text" })`.
 * Parameters: `head.weight` `[labels, width]`, `head.bias` `[labels]`. Output: `logits` `[batch, seq, labels]`.
 * @throws {ConfigError} when there are fewer than two labels
 */
export function tokenHead(options: TokenHeadOptions): Head {
  const { labels, feature } = options;
  checkLabels("tokenHead", labels);
  return {
    config: { type: "tokens", ...options },
    parameters: ({ features }) => tokenParameters(features, labels, feature),
    build: (ops, context) => ({ logits: tokenLogits(ops, context, feature) }),
  };
}

/**
 * A tagger's own logits, without those of virtual tokens. No parameters. Output: `logits` `[batch, seq, labels]`. Its `build` throws a
 * `ConfigError` when the backbone has no such feature.
 * @param feature the backbone's feature to read
 */
export function modelTokens(feature = "logits"): Head {
  return {
    config: { type: "model-tokens", feature },
    parameters: () => [],
    build: (ops, context) => ({ logits: removePrompt(ops, named(context.features, feature), context) }),
  };
}
