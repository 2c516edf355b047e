import { ConfigError } from "@incipit/core";

/** Tokens from one to another, both among them, and how likely they are the answer. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** The sum of the two logits. */
  readonly score: number;
}

/** Which spans may be an answer. */
export interface SpanOptions {
  /** Most tokens of an answer. */
  readonly maxTokens: number;
  /** Whether an answer may begin or end at a position; at all of them by default. */
  readonly allowed?: (position: number) => boolean;
}

/**
 * The span of the largest score, the sum of its first position's start logit and its last one's end logit; of equals the earliest
 * and shortest. Nothing where no position is allowed.
 * @throws {ConfigError} when `maxTokens` is below 1
 * @see Devlin et al. 2019, arXiv:1810.04805, section 4.2
 */
export function bestSpan(
  startLogits: ArrayLike<number>,
  endLogits: ArrayLike<number>,
  { maxTokens, allowed = () => true }: SpanOptions,
): Span | undefined {
  if (!(maxTokens >= 1)) {
    throw new ConfigError(`bestSpan: an answer must be allowed a token or more, got ${maxTokens}.`);
  }
  const positions = Array.from(startLogits, (_, position) => position).filter(allowed);
  let best: Span | undefined;
  positions.forEach((start, index) => {
    for (const end of positions.slice(index)) {
      if (end - start >= maxTokens) break;
      const score = (startLogits[start] ?? NaN) + (endLogits[end] ?? NaN);
      if (best === undefined || score > best.score) best = { start, end, score };
    }
  });
  return best;
}
