import type { HostTensor, Objective } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateHead } from "../../test/evaluate-head.js";
import { expectNear } from "../../test/expect-near.js";
import { cosineSimilarityLoss, multipleNegativesRanking } from "./pairs.js";

/** The objective's two scalars, with the targets brought in as features. */
function lossOf(objective: Objective, features: Readonly<Record<string, HostTensor>>) {
  const noPrompt = { virtualTokens: 0, placement: "front" } as const;
  return evaluateHead(
    {
      build: (ops, { features: values }) =>
        objective.build(ops, { outputs: values, targets: values, ...noPrompt }),
    },
    { features },
  );
}

const rows = (...vectors: readonly (readonly number[])[]) =>
  tensor("float32", [vectors.length, vectors[0]!.length], vectors.flat());

const cosine = (a: readonly number[], b: readonly number[]) => {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

/** Vectors that are not near zero, where a cosine has no meaning. */
const anyVector = fc
  .array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 })
  .filter((vector) => vector.some((value) => value !== 0));
const anyPairs = fc.array(fc.tuple(anyVector, anyVector), { minLength: 1, maxLength: 5 });

describe("cosineSimilarityLoss", () => {
  it("adds up squared differences of cosine and score over the pairs, and counts these", async () => {
    const embedding = rows([1, 0], [1, 1], [0, 2], [0, -3]);
    const scores = tensor("float32", [4], [0.5, 0.5, 1, 1]);
    const { total, count } = await lossOf(cosineSimilarityLoss(), { embedding, scores });
    expectNear(total, [], [(Math.SQRT1_2 - 0.5) ** 2 + 4]);
    expectNear(count, [], [2]);
  });

  it("is zero exactly where all scores are the cosines", async () => {
    await fc.assert(
      fc.asyncProperty(anyPairs, async (pairs) => {
        const scores = pairs.flatMap(([a, b]) => [cosine(a, b), cosine(a, b)]);
        const { total, count } = await lossOf(cosineSimilarityLoss(), {
          embedding: rows(...pairs.flat()),
          scores: tensor("float32", [scores.length], scores),
        });
        expectNear(total, [], [0]);
        expectNear(count, [], [pairs.length]);
      }),
      { numRuns: 25 },
    );
  });
});

describe("multipleNegativesRanking", () => {
  it("is the cross-entropy of a pair's second text among all second texts", async () => {
    await fc.assert(
      fc.asyncProperty(anyPairs, fc.integer({ min: 1, max: 30 }), async (pairs, scale) => {
        const expected = pairs.map(([a, own]) => {
          const weights = pairs.map(([, other]) => Math.exp(scale * (cosine(a, other) - cosine(a, own))));
          return Math.log(weights.reduce((sum, weight) => sum + weight, 0));
        });
        const embedding = rows(...pairs.flat());
        const { total, count } = await lossOf(multipleNegativesRanking({ scale }), { embedding });
        const truth = expected.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(Number(total!.data[0]) - truth)).toBeLessThan(1e-4 * (1 + truth));
        expectNear(count, [], [pairs.length]);
      }),
      { numRuns: 25 },
    );
  });
});

it("both take batches of whole pairs that are not cut, and targets only where there are scores", () => {
  for (const objective of [cosineSimilarityLoss(), multipleNegativesRanking()])
    expect(objective).toMatchObject({ rowsPerExample: 2, wholeBatch: true });
  expect(cosineSimilarityLoss().targets).toEqual([{ name: "scores", dtype: "float32", shape: ["batch"] }]);
  expect(multipleNegativesRanking().targets).toEqual([]);
});
