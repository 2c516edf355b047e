/** @file Sentences of words with a tag for each, as a model reads them. */
import type { BatchSource, Tokenizer } from "@incipit/core";
import {
  encodeWords,
  type OrderOptions,
  tagIndices,
  type TaggedSentence,
  textBatches,
  wordLabels,
} from "@incipit/data";

/** What batches of tagged sentences are made of. */
export interface TaggedBatchOptions extends OrderOptions {
  readonly tokenizer: Tokenizer;
  /** The tags, by class index. */
  readonly tags: readonly string[];
  readonly maxLength: number;
}

/**
 * Batches of sentences, each word's tag at its first token.
 * @throws {DataError} for a tag that is not among those known
 */
export function taggedBatches(
  sentences: readonly TaggedSentence[],
  { tokenizer, tags, maxLength, ...order }: TaggedBatchOptions,
): BatchSource {
  const encoded = encodeWords(
    tokenizer,
    sentences.map(({ words }) => words),
    { maxLength },
  );
  return textBatches({
    encodings: encoded.map(({ encoding }) => encoding),
    labels: wordLabels(encoded, tagIndices(tags, sentences)),
    padId: tokenizer.padId,
    bucketByLength: true,
    ...order,
  });
}
