import { ConfigError } from "@incipit/core";
import { sample } from "@incipit/tensor";
import type { PromptInit } from "./initializer.js";

/**
 * The embeddings of tokens drawn from the vocabulary, each at most once while there are enough.
 * @param firstIds draw from the first so many ids only; in many vocabularies these are the most frequent pieces
 * @throws {ConfigError} when `firstIds` is no positive integer, and when used with a model that has no vocabulary
 * @see Lester et al. 2021, arXiv:2104.08691, section 3.2 ("Sampled Vocab", the 5,000 most common tokens)
 */
export function fromVocabulary(firstIds = Infinity): PromptInit {
  if (firstIds < 1 || (firstIds !== Infinity && !Number.isInteger(firstIds))) {
    throw new ConfigError(`fromVocabulary: expected a positive number of ids to draw from, got ${firstIds}.`);
  }
  return ({ virtualTokens, embeddings, random }) => {
    if (embeddings.size === 0) {
      throw new ConfigError(
        "fromVocabulary: the model has no vocabulary to draw from; start from another init, such as fromRandom().",
      );
    }
    const vocabulary = Array.from({ length: Math.min(firstIds, embeddings.size) }, (_, id) => id);
    const ids: number[] = [];
    while (ids.length < virtualTokens) {
      ids.push(...sample(random, vocabulary, Math.min(vocabulary.length, virtualTokens - ids.length)));
    }
    return embeddings.rows(ids);
  };
}
