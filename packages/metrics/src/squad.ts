import { ratio } from "./confusion.js";
import { ngramCounts, overlap } from "./ngrams.js";
import { meanMetric } from "./pair-metric.js";
import { type TextMetric, withReferences } from "./text-metric.js";
import { punctuation, words } from "./words.js";

const punctuationMarks = new RegExp(punctuation, "g");
/** Words of their own; `\b` would take the letters outside ASCII for their bounds. */
const articles = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** What `squadMetric` gives, from 0 to 100. */
export interface SquadValues extends Readonly<Record<string, number>> {
  /** Percentage of answers that equal a reference once both are normalised. */
  readonly exactMatch: number;
  /** Mean F1 of the answer's words with those of the reference that it fits best. */
  readonly f1: number;
}

/** An answer in lower case, without ASCII punctuation, articles and superfluous whitespace. */
export function normalizeAnswer(text: string): string {
  return words(text.toLowerCase().replace(punctuationMarks, "").replace(articles, " ")).join(" ");
}

/**
 * Exact match and F1 of answers, by the rules of SQuAD's evaluation script (version 1.1): answers are normalised, and of
 * several references the best counts. An answer of which nothing is left has F1 0, as it has there.
 * @see Rajpurkar et al. 2016, arXiv:1606.05250, section 6.1
 */
export function squadMetric(): TextMetric<SquadValues> {
  return meanMetric(
    "squadMetric",
    withReferences("squadMetric", (prediction, references) => {
      const answer = normalizeAnswer(prediction);
      const accepted = references.map(normalizeAnswer);
      return {
        exactMatch: accepted.includes(answer) ? 100 : 0,
        f1: 100 * Math.max(...accepted.map((reference) => wordF1(words(answer), words(reference)))),
      };
    }),
  );
}

/** Harmonic mean of the share of predicted words that are right and of right words that are predicted. */
function wordF1(predicted: readonly string[], right: readonly string[]): number {
  const shared = overlap(ngramCounts(predicted, 1), ngramCounts(right, 1));
  return ratio(2 * shared, predicted.length + right.length);
}
