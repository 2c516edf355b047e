/** @file Metrics of embedded pairs of texts: rows 2i and 2i + 1 of a batch are a pair. */
import { DataError, type Metric, type NamedTensors } from "@incipit/core";
import { sum } from "./confusion.js";
import { floatRows } from "./float-rows.js";
import { numberMetrics, type RegressionMetrics } from "./regression.js";

/**
 * Streaming metrics of how the cosines of embedded pairs agree with their scores: `outputs.embedding` `[batch, width]` and
 * `batch.scores` `[batch]`, a pair's score at both of its rows. Spearman's correlation is what benchmarks of semantic textual
 * similarity are compared by.
 *
 * They throw what `regressionMetrics` throws.
 * @see Reimers et al. 2016, "Task-oriented intrinsic evaluation of semantic textual similarity"
 */
export function similarityMetrics(): RegressionMetrics {
  const name = "similarityMetrics";
  return numberMetrics(name, (outputs, batch) => ({
    predicted: pairsOf(name, outputs).map(([first, second]) => dot(first, second)),
    truth: floatRows(name, "batch", batch, "scores")
      .flat()
      .filter((_, row) => row % 2 === 0),
  }));
}

/** What `pairRetrievalMetrics` gives, from 0 to 1. */
export interface PairRetrievalValues extends Readonly<Record<string, number>> {
  /** Share of the first texts whose own second text is the nearest. */
  readonly accuracy: number;
  /** Mean of the reciprocal of the rank that their own second text has. */
  readonly mrr: number;
}

/** How well second texts are found by first ones. */
export interface PairRetrievalReport {
  readonly values: PairRetrievalValues;
  /** Number of pairs. */
  readonly examples: number;
}

/** The metrics of embedded pairs without scores. */
export interface PairRetrievalMetrics extends Metric {
  values(): PairRetrievalValues;
  report(): PairRetrievalReport;
}

/**
 * Streaming metrics of whether each first text is nearer to its own second text than to all others seen, by the cosine of
 * `outputs.embedding` `[batch, width]`. Second texts that are just as near are ranked before it. They keep all vectors.
 *
 * `update` throws {ShapeError} when the embeddings are missing or misshapen, and {DivergenceError} where they are not finite;
 * `values` and `report` throw {DataError} before the first pair.
 */
export function pairRetrievalMetrics(): PairRetrievalMetrics {
  const name = "pairRetrievalMetrics";
  const pairs: Pair[] = [];
  const values = (): PairRetrievalValues => {
    if (pairs.length === 0) {
      throw new DataError(`${name}: there are no pairs yet; call update with at least one.`);
    }
    const ranks = pairs.map(([first, own]) => {
      const nearness = dot(first, own);
      return pairs.filter(([, other]) => other === own || dot(first, other) >= nearness).length;
    });
    return {
      accuracy: ranks.filter((rank) => rank === 1).length / ranks.length,
      mrr: sum(ranks.map((rank) => 1 / rank)) / ranks.length,
    };
  };
  return {
    update: (outputs: NamedTensors) => {
      pairs.push(...pairsOf(name, outputs));
    },
    values,
    report: () => ({ values: values(), examples: pairs.length }),
  };
}

type Pair = readonly [readonly number[], readonly number[]];

/** The embeddings of each pair, of length 1. */
function pairsOf(metric: string, outputs: NamedTensors): readonly Pair[] {
  const rows = floatRows(metric, "outputs", outputs, "embedding").map(unit);
  return rows.flatMap((row, i) => (i % 2 === 1 ? [[rows[i - 1] ?? [], row] as const] : []));
}

function unit(vector: readonly number[]): readonly number[] {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? 0) * (b[i] ?? 0);
  return total;
}
