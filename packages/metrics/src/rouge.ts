import { ratio } from "./confusion.js";
import { ngramCounts, overlap, size } from "./ngrams.js";
import { meanMetric } from "./pair-metric.js";
import { type TextMetric, withReferences } from "./text-metric.js";

/** Options of ROUGE. */
export interface RougeOptions {
  /** Cuts off endings, so that forms of a word match: `porterStem` for English. Words up to three letters stay. */
  readonly stem?: (word: string) => string;
}

/** How well a text fits a reference, each from 0 to 1. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** The scores of a text: of words, of pairs of words, and of the longest common subsequence. */
export type RougeScores = Readonly<Record<"rouge1" | "rouge2" | "rougeL", RougeScore>>;

/** What `rougeMetric` gives, from 0 to 1; beside these mean F1 scores, `rouge1Precision`, `rouge1Recall`, … */
export interface RougeValues extends Readonly<Record<string, number>> {
  readonly rouge1: number;
  readonly rouge2: number;
  readonly rougeL: number;
}

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L of one text, as Google's `rouge_score` computes them: words are runs of a–z and 0–9 in the
 * lower-cased text.
 * @see Lin 2004, "ROUGE: a package for automatic evaluation of summaries", sections 2 and 3.1
 */
export function rougeScores(prediction: string, reference: string, options: RougeOptions = {}): RougeScores {
  const predicted = tokens(prediction, options);
  const expected = tokens(reference, options);
  return {
    rouge1: ngramScore(predicted, expected, 1),
    rouge2: ngramScore(predicted, expected, 2),
    rougeL: score(commonSubsequence(predicted, expected), predicted.length, expected.length),
  };
}

/**
 * Mean ROUGE-1, ROUGE-2 and ROUGE-L of texts. Of several references each score takes the one of the best F1.
 * @see rougeScores
 */
export function rougeMetric(options: RougeOptions = {}): TextMetric<RougeValues> {
  return meanMetric(
    "rougeMetric",
    withReferences("rougeMetric", (prediction, references) => {
      const all = references.map((reference) => rougeScores(prediction, reference, options));
      const best = (name: keyof RougeScores) =>
        all.map((scores) => scores[name]).reduce((a, b) => (b.f1 > a.f1 ? b : a));
      const [rouge1, rouge2, rougeL] = [best("rouge1"), best("rouge2"), best("rougeL")];
      return {
        rouge1: rouge1.f1,
        rouge2: rouge2.f1,
        rougeL: rougeL.f1,
        rouge1Precision: rouge1.precision,
        rouge1Recall: rouge1.recall,
        rouge2Precision: rouge2.precision,
        rouge2Recall: rouge2.recall,
        rougeLPrecision: rougeL.precision,
        rougeLRecall: rougeL.recall,
      };
    }),
  );
}

function tokens(text: string, { stem = (word) => word }: RougeOptions): readonly string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/gu) ?? [];
  return words.map((word) => (word.length > 3 ? stem(word) : word));
}

function ngramScore(predicted: readonly string[], expected: readonly string[], order: number): RougeScore {
  const [found, sought] = [ngramCounts(predicted, order), ngramCounts(expected, order)];
  return score(overlap(found, sought), size(found), size(sought));
}

function score(matches: number, predicted: number, expected: number): RougeScore {
  const [precision, recall] = [ratio(matches, predicted), ratio(matches, expected)];
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) };
}

/** Length of the longest common subsequence, from one row of the table of all prefixes to the next. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const token of a) {
    const above = row;
    row = [0];
    b.forEach((other, index) => {
      const longest = Math.max(above[index + 1] ?? 0, row[index] ?? 0);
      row.push(token === other ? (above[index] ?? 0) + 1 : longest);
    });
  }
  return row.at(-1) ?? 0;
}
