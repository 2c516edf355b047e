import { ConfigError, DataError } from "@incipit/core";
import { ratio, sum } from "./confusion.js";
import { meanMetric, type PairMetric } from "./pair-metric.js";

/** Options of `rankingMetric`. */
export interface RankingOptions {
  /** How many of the best-scored documents count, e.g. `[1, 10]`; `[10]` by default. */
  readonly cutoffs?: readonly number[];
  /** What a document of relevance `r` is worth to nDCG: `r`, or `2^r − 1`; linear by default. */
  readonly gain?: "linear" | "exponential";
}

/** What `rankingMetric` gives, from 0 to 1; beside these, `mrr@k` and `ndcg@k` for each cutoff `k`. */
export interface RankingValues extends Readonly<Record<string, number>> {
  readonly mrr: number;
  readonly ndcg: number;
}

/** The metric of a ranking: of each query the documents' scores, and their relevance in the same order. */
export type RankingMetric = PairMetric<readonly number[], readonly number[], RankingValues>;

/**
 * Mean reciprocal rank and normalised discounted cumulative gain of queries.
 *
 * A query's documents come with the score that the model gives and with their relevance: 0 for none, more for more.
 * They are ranked by score, the largest first. Chance does not help those of equal score: to MRR irrelevant ones come
 * first, and nDCG is the mean over their orders, as scikit-learn's `ndcg_score` has it. A query without a relevant document
 * has 0.
 *
 *     RR = 1 / rank of the first relevant,   nDCG = DCG / ideal DCG,   DCG = Σ_rank gain / log₂(rank + 1)
 *
 * `update` throws {DataError} when a query's lists differ in length, a score is NaN, or a relevance is negative or not
 * finite.
 * @throws {ConfigError} when a cutoff is not a positive whole number
 * @see Voorhees 1999, "The TREC-8 question answering track report", section 3
 * @see Järvelin & Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", section 2.2
 * @see McSherry & Najork 2008, "Computing information retrieval performance measures efficiently in the presence of tied
 * scores"
 */
export function rankingMetric(options: RankingOptions = {}): RankingMetric {
  const { cutoffs = [10], gain = "linear" } = options;
  const wrong = cutoffs.find((cutoff) => !Number.isInteger(cutoff) || cutoff < 1);
  if (wrong !== undefined) {
    throw new ConfigError(`rankingMetric: a cutoff is a number of documents, 1 or more, got ${wrong}.`);
  }
  return meanMetric("rankingMetric", (scores: readonly number[], relevance: readonly number[], query) => {
    checkQuery(scores, relevance, query);
    const rank = firstRelevant(scores, relevance);
    const gains = gain === "linear" ? relevance : relevance.map((grade) => 2 ** grade - 1);
    return {
      mrr: 1 / rank,
      ndcg: normalizedGain(scores, gains, Infinity),
      ...Object.fromEntries(
        cutoffs.flatMap((cutoff) => [
          [`mrr@${cutoff}`, rank <= cutoff ? 1 / rank : 0],
          [`ndcg@${cutoff}`, normalizedGain(scores, gains, cutoff)],
        ]),
      ),
    };
  });
}

function checkQuery(scores: readonly number[], relevance: readonly number[], query: number): void {
  const where = `rankingMetric: query ${query} of the update`;
  if (scores.length !== relevance.length) {
    throw new DataError(
      `${where} has ${scores.length} scores for ${relevance.length} documents; there must be one for each.`,
      { details: { query } },
    );
  }
  const unscored = scores.findIndex(Number.isNaN);
  const ungraded = relevance.findIndex((grade) => !Number.isFinite(grade) || grade < 0);
  if (unscored >= 0 || ungraded >= 0) {
    const problem =
      unscored >= 0
        ? `document ${unscored} has no score (NaN)`
        : `document ${ungraded} has relevance ${relevance[ungraded] ?? NaN}; it must be 0 or more`;
    throw new DataError(`${where}: ${problem}.`, { details: { query } });
  }
}

/** Rank of the first relevant document behind all irrelevant ones of at least its score; infinite without one. */
function firstRelevant(scores: readonly number[], relevance: readonly number[]): number {
  const isRelevant = (_: unknown, document: number) => (relevance[document] ?? 0) > 0;
  const relevant = scores.filter(isRelevant);
  if (relevant.length === 0) return Infinity;
  const best = Math.max(...relevant);
  return 1 + scores.filter((score, document) => score >= best && !isRelevant(score, document)).length;
}

function normalizedGain(scores: readonly number[], gains: readonly number[], cutoff: number): number {
  return ratio(discountedGain(scores, gains, cutoff), discountedGain(gains, gains, cutoff));
}

/** DCG in which documents of equal score share out their gains. */
function discountedGain(scores: readonly number[], gains: readonly number[], cutoff: number): number {
  const tied = new Map<number, number[]>();
  scores.forEach((score, document) => {
    const group = tied.get(score) ?? [];
    tied.set(score, group);
    group.push(gains[document] ?? 0);
  });
  let rank = 1;
  let total = 0;
  for (const [, group] of Array.from(tied).sort(([a], [b]) => b - a)) {
    const from = rank;
    total += (sum(group) / group.length) * sum(group.map((_, index) => discount(from + index, cutoff)));
    rank += group.length;
  }
  return total;
}

/** What a gain at this rank, counted from 1, is multiplied with. */
function discount(rank: number, cutoff: number): number {
  return rank <= cutoff ? 1 / Math.log2(rank + 1) : 0;
}
