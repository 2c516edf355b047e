import { ConfigError, DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/ranking.json" with { type: "json" };
import { expectValues } from "../test/expect-values.js";
import { rankingMetric, type RankingOptions } from "./ranking.js";

const ranked = (
  scores: readonly (readonly number[])[],
  relevance: readonly (readonly number[])[],
  options?: RankingOptions,
) => {
  const metric = rankingMetric(options);
  metric.update(scores, relevance);
  return metric.values();
};

const query = fc.array(fc.record({ score: fc.integer({ min: -3, max: 3 }), grade: fc.nat(3) }));
const queries = fc.array(query, { minLength: 1, maxLength: 5 }).map((list) => ({
  scores: list.map((documents) => documents.map(({ score }) => score)),
  relevance: list.map((documents) => documents.map(({ grade }) => grade)),
}));

describe("rankingMetric", () => {
  it.each(["linear", "exponential"] as const)("gives scikit-learn's nDCG with %s gain", (gain) => {
    for (const { scores, relevance, [gain]: wanted } of fixture.graded) {
      const got = ranked([scores], [relevance], { gain, cutoffs: [1, 3, 10] });
      expectValues(
        { all: got.ndcg, 1: got["ndcg@1"]!, 3: got["ndcg@3"]!, 10: got["ndcg@10"]! },
        { ...wanted },
      );
    }
  });

  it("gives scikit-learn's reciprocal rank where one document is relevant", () => {
    for (const { scores, relevance, reciprocalRank } of fixture.single) {
      expect(ranked([scores], [relevance]).mrr).toBeCloseTo(reciprocalRank, 12);
    }
  });

  it("averages over queries (computed by hand)", () => {
    const scores = [
      [0.9, 0.5, 0.1],
      [0.1, 0.5, 0.9],
    ];
    const relevance = [
      [0, 2, 1],
      [1, 0, 0],
    ];
    const got = ranked(scores, relevance, { cutoffs: [2] });
    expect(got.mrr).toBeCloseTo((1 / 2 + 1 / 3) / 2, 12);
    expect(got["mrr@2"]).toBeCloseTo(1 / 2 / 2, 12);
    const best = 2 + 1 / Math.log2(3);
    expect(got.ndcg).toBeCloseTo(((2 / Math.log2(3) + 1 / 2) / best + 1 / 2) / 2, 12);
    expect(got["ndcg@2"]).toBeCloseTo(2 / Math.log2(3) / best / 2, 12);
  });

  it("lets no ranker profit from giving all the same score", () => {
    const { mrr, ndcg } = ranked([[1, 1, 1, 1]], [[1, 0, 0, 0]]);
    expect(mrr).toBe(1 / 4);
    expect(ndcg).toBeCloseTo((1 + 1 / Math.log2(3) + 1 / 2 + 1 / Math.log2(5)) / 4, 12);
  });

  it("lies between 0 and 1, and is 1 for the ideal ranking", () => {
    fc.assert(
      fc.property(queries, fc.constantFrom("linear", "exponential"), ({ scores, relevance }, gain) => {
        for (const value of Object.values(ranked(scores, relevance, { gain, cutoffs: [1, 3] }))) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
        const ideal = ranked(relevance, relevance, { gain });
        const answerable = relevance.filter((grades) => grades.some((grade) => grade > 0)).length;
        expect(ideal.mrr).toBeCloseTo(answerable / relevance.length, 12);
        expect(ideal.ndcg).toBeCloseTo(answerable / relevance.length, 12);
      }),
    );
  });

  it("depends neither on the order of queries nor on that of a query's documents", () => {
    fc.assert(
      fc.property(queries, ({ scores, relevance }) => {
        const turned = <T>(list: readonly (readonly T[])[]) =>
          list.map((own) => own.toReversed()).toReversed();
        expectValues(ranked(turned(scores), turned(relevance)), ranked(scores, relevance));
      }),
    );
  });

  it.each([
    [[[1, 2]], [[1]], /query 0 .* has 2 scores for 1 documents/u],
    [[[1], [NaN]], [[1], [1]], /query 1 .* document 0 has no score/u],
    [[[1]], [[-1]], /document 0 has relevance -1/u],
    [[[1]], [[Infinity]], /document 0 has relevance Infinity/u],
  ])("refuses scores %j with relevance %j", (scores, relevance, message) => {
    expect(() => ranked(scores, relevance)).toThrow(DataError);
    expect(() => ranked(scores, relevance)).toThrow(message);
  });

  it.each([0, -1, 1.5])("refuses the cutoff %d", (cutoff) => {
    expect(() => rankingMetric({ cutoffs: [1, cutoff] })).toThrow(ConfigError);
  });
});
