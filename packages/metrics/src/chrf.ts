import { ratio, sum } from "./confusion.js";
import { type Counts, ngramCounts, overlap, size } from "./ngrams.js";
import { addLists, foldMetric } from "./pair-metric.js";
import { type TextMetric, withReferences } from "./text-metric.js";
import { punctuation, words } from "./words.js";

const punctuationLast = new RegExp(`^(.+)(${punctuation})$`, "su");
const punctuationFirst = new RegExp(`^(${punctuation})(.+)$`, "su");

/** Options of `chrfMetric`. */
export interface ChrfOptions {
  /** Longest n-grams of characters; 6 by default. */
  readonly charOrder?: number;
  /** Longest n-grams of words: 0 by default, 2 for chrF++. */
  readonly wordOrder?: number;
  /** By how much recall weighs more than precision; 2 by default. */
  readonly beta?: number;
  /** Compare in lower case. */
  readonly lowercase?: boolean;
}

/** What `chrfMetric` gives. */
export interface ChrfValues extends Readonly<Record<string, number>> {
  /** From 0 to 100. */
  readonly chrf: number;
}

/**
 * chrF, or chrF++ with `wordOrder: 2`, of all examples together, as sacreBLEU computes it by default: of several
 * references the one with the best score counts.
 *
 *     chrFβ = (1 + β²) · P · R / (β² · P + R)
 *
 * with precision `P` and recall `R` of n-grams, each the mean over the orders that prediction and reference both have.
 * Characters are code points, without whitespace.
 * @see Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation"
 * @see Popović 2017, "chrF++: words helping character n-grams"
 */
export function chrfMetric(options: ChrfOptions = {}): TextMetric<ChrfValues> {
  const { charOrder = 6, wordOrder = 0, beta = 2, lowercase = false } = options;
  const ngrams = (text: string): readonly Counts[] => {
    const tokens = words(lowercase ? text.toLowerCase() : text);
    return [
      ...allOrders(Array.from(tokens.join("")), charOrder),
      ...allOrders(tokens.flatMap(punctuationApart), wordOrder),
    ];
  };
  return foldMetric({
    name: "chrfMetric",
    statistics: withReferences("chrfMetric", (prediction, references) => {
      const predicted = ngrams(prediction);
      return references
        .map((reference) => matchStatistics(predicted, ngrams(reference)))
        .reduce((best, next) => (fScore(next, beta) > fScore(best, beta) ? next : best));
    }),
    add: addLists,
    values: (total) => ({ chrf: 100 * fScore(total, beta) }),
  });
}

/** Counts of the n-grams of each order up to the longest. */
function allOrders(tokens: readonly string[], longest: number): readonly Counts[] {
  return Array.from({ length: longest }, (_, index) => ngramCounts(tokens, index + 1));
}

/** A word and the mark at its end, or else at its start. */
function punctuationApart(word: string): readonly string[] {
  return (punctuationLast.exec(word) ?? punctuationFirst.exec(word))?.slice(1) ?? [word];
}

/** Of each order three numbers: n-grams predicted, n-grams of the reference, and those that match. */
function matchStatistics(predicted: readonly Counts[], reference: readonly Counts[]): readonly number[] {
  return reference.flatMap((expected, index) => {
    const found = predicted[index] ?? new Map();
    // sacreBLEU's choice: predicted n-grams say nothing where the reference is too short to have any.
    return [expected.size === 0 ? 0 : size(found), size(expected), overlap(found, expected)];
  });
}

/** The F-score, from 0 to 1, of what `matchStatistics` gives. */
function fScore(statistics: readonly number[], beta: number): number {
  const precisions: number[] = [];
  const recalls: number[] = [];
  for (let start = 0; start < statistics.length; start += 3) {
    const [predicted = 0, expected = 0, matches = 0] = statistics.slice(start, start + 3);
    if (predicted === 0 || expected === 0) continue;
    precisions.push(matches / predicted);
    recalls.push(matches / expected);
  }
  const precision = ratio(sum(precisions), precisions.length);
  const recall = ratio(sum(recalls), recalls.length);
  return ratio((1 + beta ** 2) * precision * recall, beta ** 2 * precision + recall);
}
