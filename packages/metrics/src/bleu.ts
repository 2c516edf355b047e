import { ratio, sum } from "./confusion.js";
import { ngramCounts, overlap, union } from "./ngrams.js";
import { addLists, foldMetric } from "./pair-metric.js";
import { type TextMetric, withReferences } from "./text-metric.js";
import { tokenize13a } from "./tokenize-13a.js";

/** Options of `bleuMetric`. */
export interface BleuOptions {
  /** Longest n-grams that are compared; 4 by default. */
  readonly maxOrder?: number;
  /** Leave out the orders of which the predictions have no n-gram at all: for the BLEU of single sentences. */
  readonly effectiveOrder?: boolean;
  /** Compare in lower case. */
  readonly lowercase?: boolean;
  /** Cuts a text into tokens without spaces in them; `tokenize13a` by default. */
  readonly tokenize?: (text: string) => readonly string[];
}

/** What `bleuMetric` gives; beside these, `precision1`, `precision2`, … of the n-grams, from 0 to 100. */
export interface BleuValues extends Readonly<Record<string, number>> {
  /** From 0 to 100. */
  readonly bleu: number;
  /** Below 1 where the predictions are shorter than the references. */
  readonly brevityPenalty: number;
  /** Tokens of the predictions per token of the references. */
  readonly lengthRatio: number;
}

/**
 * BLEU of all examples together, as sacreBLEU computes it by default: tokens of `tokenize13a`; an order without a match
 * counts as half, then a quarter, … of one (its smoothing `exp`).
 *
 *     BLEU = BP · exp(mean_n log p_n),   BP = min(1, exp(1 − r/c))
 *
 * with the precisions `p_n` of n-grams, `c` tokens predicted and `r` in the references, of several the one closest in
 * length.
 * @see Papineni et al. 2002, "BLEU: a method for automatic evaluation of machine translation", section 2.3
 * @see Post 2018, arXiv:1804.08771
 */
export function bleuMetric(options: BleuOptions = {}): TextMetric<BleuValues> {
  const { maxOrder = 4, effectiveOrder = false, lowercase = false, tokenize = tokenize13a } = options;
  const tokens = (text: string) => tokenize(lowercase ? text.toLowerCase() : text);
  const orders = Array.from({ length: maxOrder }, (_, index) => index + 1);
  return foldMetric({
    name: "bleuMetric",
    statistics: withReferences("bleuMetric", (prediction, references) => {
      const predicted = tokens(prediction);
      const expected = references.map(tokens);
      const matches = orders.map((order) =>
        overlap(ngramCounts(predicted, order), union(expected.map((words) => ngramCounts(words, order)))),
      );
      const totals = orders.map((order) => Math.max(predicted.length - order + 1, 0));
      const closest = closestLength(
        predicted.length,
        expected.map(({ length }) => length),
      );
      return [predicted.length, closest, ...matches, ...totals];
    }),
    add: addLists,
    values: ([predicted = 0, expected = 0, ...counts]) => {
      const [matches, totals] = [counts.slice(0, maxOrder), counts.slice(maxOrder)];
      const precisions = smoothedPrecisions(matches, totals);
      const counted = effectiveOrder ? precisions.filter((_, index) => totals[index] !== 0) : precisions;
      const brevityPenalty = predicted < expected ? Math.exp(1 - expected / predicted) : 1;
      return {
        bleu: brevityPenalty * geometricMean(counted),
        brevityPenalty,
        lengthRatio: ratio(predicted, expected),
        ...Object.fromEntries(precisions.map((precision, index) => [`precision${index + 1}`, precision])),
      };
    },
  });
}

/** Of the references' lengths the one closest to the prediction's; of two as close the shorter. */
function closestLength(length: number, references: readonly number[]): number {
  const [closest = 0] = references.toSorted((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b);
  return closest;
}

/**
 * In percent; all 0 where nothing matches.
 * @see Chen & Cherry 2014, "A systematic comparison of smoothing techniques for sentence-level BLEU", smoothing 3
 */
function smoothedPrecisions(matches: readonly number[], totals: readonly number[]): readonly number[] {
  if (sum(matches) === 0) return matches;
  let imagined = 1;
  return matches.map((count, index) => {
    if (count === 0) imagined /= 2;
    return 100 * ratio(count || imagined, totals[index] ?? 0);
  });
}

/** 0 without values. */
function geometricMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.exp(sum(values.map(Math.log)) / values.length);
}
