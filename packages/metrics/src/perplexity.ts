import { DataError, DivergenceError } from "@incipit/core";

/** What `perplexityMetric` gives. */
export interface PerplexityValues extends Readonly<Record<string, number>> {
  /** `exp(loss)`: among how many equally likely tokens the model seems to choose. 1 is perfect. */
  readonly perplexity: number;
  /** Mean −log P(token), natural logarithm. */
  readonly loss: number;
}

/** A language model's streaming perplexity. */
export interface PerplexityMetric {
  /**
   * Adds tokens.
   * @param negativeLogLikelihood the sum of −log P(token) over them, natural logarithm; of a training step, `loss · count`
   * @throws {DataError} when `tokens` is not a count @throws {DivergenceError} when the sum is not a finite number
   */
  update(negativeLogLikelihood: number, tokens: number): void;
  /** Over everything seen so far. @throws {DataError} before the first token */
  values(): PerplexityValues;
}

/**
 * Perplexity over all tokens together, however they come in batches.
 * @see Jurafsky & Martin, Speech and Language Processing, chapter "N-gram language models"
 */
export function perplexityMetric(): PerplexityMetric {
  let surprise = 0;
  let seen = 0;
  return {
    update: (negativeLogLikelihood, tokens) => {
      if (!Number.isInteger(tokens) || tokens < 0) {
        throw new DataError(`perplexityMetric: the tokens are a number of them, got ${tokens}.`);
      }
      if (!Number.isFinite(negativeLogLikelihood)) {
        throw new DivergenceError(
          `perplexityMetric: the negative log-likelihood is ${negativeLogLikelihood}, not a finite number; the parameters ` +
            `have probably diverged, try a smaller learning rate.`,
        );
      }
      surprise += negativeLogLikelihood;
      seen += tokens;
    },
    values: () => {
      if (seen === 0) {
        throw new DataError(
          "perplexityMetric: there are no tokens yet; call update with at least one, and not only with labels of -100.",
        );
      }
      const loss = surprise / seen;
      return { perplexity: Math.exp(loss), loss };
    },
  };
}
