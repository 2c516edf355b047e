/** @file Pairs of texts that are like each other, or as much as a score says. */
import { type BatchSource, ConfigError, type Encoding, type Metric } from "@incipit/core";
import {
  type DelimitedOptions,
  type OrderOptions,
  pairBatches,
  type TextExample,
  type Texts,
} from "@incipit/data";
import { readData } from "@incipit/data/node";
import {
  pairRetrievalMetrics,
  type PairRetrievalReport,
  type RegressionReport,
  similarityMetrics,
} from "@incipit/metrics";
import { numberOf } from "./numbers.js";

/** Two texts, and how alike they are said to be, as a cosine: from -1 to 1. */
export interface TextPair {
  readonly text: string;
  readonly pair: string;
  readonly score?: number;
}

/** Where a file has what. */
export interface PairColumns extends Omit<DelimitedOptions, "pairColumn"> {
  readonly textColumn: string;
  /** `other` by default. */
  readonly pairColumn?: string | undefined;
  /** `score` by default, where there is such a column. */
  readonly scoreColumn?: string | undefined;
}

/**
 * The pairs of a file.
 * @throws {ConfigError} when a column is missing
 * @throws {DataError} when the file cannot be used, or a score is no number
 */
export async function readPairs(
  path: string,
  { pairColumn = "other", scoreColumn, ...columns }: PairColumns,
): Promise<readonly TextPair[]> {
  const read = (labelColumn: string) => readData(path, { ...columns, pairColumn, labelColumn });
  const unscored = (examples: readonly TextExample[]) =>
    examples.map(({ text, pair = "" }) => ({ text, pair }));
  const scored = (examples: readonly TextExample[]) =>
    examples.map(({ text, pair = "", label, line }) => ({ text, pair, score: numberOf(label, path, line) }));
  if (scoreColumn !== undefined) return scored(await read(scoreColumn));
  try {
    return scored(await read("score"));
  } catch (error) {
    const missing = error instanceof ConfigError && error.details["column"] === "score";
    if (missing) return unscored(await read(columns.textColumn));
    throw error;
  }
}

/** Whether the pairs of a file have scores; either all or none have. */
export function haveScores(pairs: readonly TextPair[]): boolean {
  return pairs[0]?.score !== undefined;
}

/** Batches of pairs, the texts encoded. */
export function batchesOfPairs(
  pairs: readonly TextPair[],
  {
    encode,
    ...options
  }: OrderOptions & {
    readonly encode: (texts: readonly Texts[]) => readonly Encoding[];
    readonly padId: number;
  },
): BatchSource {
  const scores = pairs.flatMap(({ score }) => score ?? []);
  return pairBatches({
    first: encode(pairs.map(({ text }) => ({ text }))),
    second: encode(pairs.map(({ pair }) => ({ text: pair }))),
    ...(haveScores(pairs) && { scores }),
    bucketByLength: true,
    ...options,
  });
}

/** How well embeddings agree with scores, or without scores tell which texts belong together. */
export function pairMetrics(
  pairs: readonly TextPair[],
): Metric & { report(): RegressionReport | PairRetrievalReport } {
  return haveScores(pairs) ? similarityMetrics() : pairRetrievalMetrics();
}
