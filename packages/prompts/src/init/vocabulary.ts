import { sample } from "@incipit/tensor";
import type { PromptInit } from "./initializer.js";

/**
 * The embeddings of tokens drawn from the vocabulary, each at most once while there are enough.
 * @param firstIds draw from the first so many ids only; in many vocabularies these are the most frequent pieces
 * @see Lester et al. 2021, arXiv:2104.08691, section 3.2 ("Sampled Vocab", the 5,000 most common tokens)
 */
export function fromVocabulary(firstIds = Infinity): PromptInit {
  return ({ virtualTokens, embeddings, random }) => {
    const size = Math.min(firstIds, embeddings.size);
    const ids: number[] = [];
    while (ids.length < virtualTokens) {
      const all = Array.from({ length: size }, (_, id) => id);
      ids.push(...sample(random, all, Math.min(size, virtualTokens - ids.length)));
    }
    return embeddings.rows(ids);
  };
}
