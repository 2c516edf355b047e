import type { Encoding, Tokenizer } from "@incipit/core";
import { IGNORED_LABEL } from "@incipit/tensor";
import { specialTokens } from "./encode.js";

/**
 * The labels of causal language modelling, one for each token: its own id, and -100 at the special tokens in front of a text,
 * which are given rather than predicted. That the output at a position predicts the next token is the objective's business.
 */
export function languageModelLabels(
  tokenizer: Tokenizer,
  encodings: readonly Encoding[],
): readonly (readonly number[])[] {
  const { before } = specialTokens(tokenizer);
  return encodings.map(({ ids }) => ids.map((id, position) => (position < before ? IGNORED_LABEL : id)));
}
