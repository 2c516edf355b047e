import { ConfigError } from "@incipit/core";
import type { PromptInit } from "./initializer.js";

/**
 * The embeddings of a text's tokens, without special tokens, cut or repeated to the number of virtual tokens, as PEFT's
 * `TEXT` does. The initialiser throws a `ConfigError` when the text has no tokens.
 */
export function fromText(text: string): PromptInit {
  return ({ virtualTokens, embeddings, tokenizer }) => {
    const { ids } = tokenizer.encode(text, { specialTokens: false });
    if (ids.length === 0) {
      throw new ConfigError(`fromText: the text "${text}" has no tokens; give some words.`);
    }
    return embeddings.rows(Array.from({ length: virtualTokens }, (_, i) => ids[i % ids.length] ?? 0));
  };
}
