/** @file What is done to logits before a token is chosen by them. As in transformers, `-Infinity` rules a token out. */
import type { Decoding } from "@incipit/core";

/**
 * Changes the logits of a text's next token, `[vocabulary]`.
 * @param ids what the decoder has read of the text
 * @returns new logits; those given are left as they are
 */
export type LogitsProcessor = (logits: Float32Array, ids: readonly number[]) => Float32Array;

/** The logits of one text's next token. */
export function logitsOf({ logits }: Decoding, row: number): Float32Array {
  const [, vocabulary = 0] = logits.shape;
  return logits.data.slice(row * vocabulary, (row + 1) * vocabulary);
}

/**
 * Makes tokens that were read before less probable: positive logits are divided by `penalty`, others multiplied.
 * @see Keskar et al. 2019, arXiv:1909.05858, section 4.1
 */
export function repetitionPenalty(penalty: number): LogitsProcessor {
  return (logits, ids) => {
    const result = logits.slice();
    for (const id of new Set(ids)) {
      const logit = logits[id];
      if (logit !== undefined) result[id] = logit < 0 ? logit * penalty : logit / penalty;
    }
    return result;
  };
}

/** Divides by `value`: below 1 probable tokens become more probable, above 1 less. */
export function temperature(value: number): LogitsProcessor {
  return (logits) => logits.map((logit) => logit / value);
}

/** Keeps the `k` most probable tokens, and those as probable as the last of them. @see Fan et al. 2018, arXiv:1805.04833 */
export function topK(k: number): LogitsProcessor {
  return (logits) => atLeast(logits, logits.toSorted().at(-Math.min(k, logits.length)) ?? -Infinity);
}

/**
 * Keeps the fewest tokens whose probabilities add up to `p`, and those as probable as the last of them.
 * @see Holtzman et al. 2020, arXiv:1904.09751, section 3.1
 */
export function topP(p: number): LogitsProcessor {
  return (logits) => {
    const sorted = logits.toSorted();
    const probabilities = softmax(sorted);
    let below = 0;
    const smallest = sorted.findIndex((_, i) => (below += probabilities[i] ?? 0) > 1 - p);
    return atLeast(logits, sorted.at(smallest) ?? -Infinity);
  };
}

/** Probabilities: `exp(x) / Σ exp(x)`. */
export function softmax(logits: Float32Array): Float64Array {
  const max = largest(logits);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - max));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Logarithms of the probabilities: `x - log Σ exp(x)`. */
export function logSoftmax(logits: Float32Array): Float32Array {
  const max = largest(logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - max), 0);
  return logits.map((logit) => logit - max - Math.log(sum));
}

function atLeast(logits: Float32Array, smallest: number): Float32Array {
  return logits.map((logit) => (logit < smallest ? -Infinity : logit));
}

function largest(logits: Float32Array): number {
  return logits.reduce((max, logit) => Math.max(max, logit), -Infinity);
}
