import { DataError, DivergenceError, type HostTensor, ShapeError } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { pairRetrievalMetrics, similarityMetrics } from "./similarity.js";

const rows = (...vectors: readonly (readonly number[])[]): HostTensor => ({
  dtype: "float32",
  shape: [vectors.length, vectors[0]?.length ?? 0],
  data: Float32Array.from(vectors.flat()),
});
const scores = (values: readonly number[]): HostTensor => ({
  dtype: "float32",
  shape: [2 * values.length],
  data: Float32Array.from(values.flatMap((value) => [value, value])),
});

describe("similarityMetrics", () => {
  it("compares the cosines of pairs with their scores, over all batches", () => {
    const metric = similarityMetrics();
    metric.update({ embedding: rows([1, 0], [5, 0], [0, 2], [3, 0]) }, { scores: scores([0.75, 0.25]) });
    metric.update({ embedding: rows([1, 1], [-2, -2]) }, { scores: scores([-1]) });
    const { values, examples } = metric.report();
    expect(examples).toBe(3);
    expect(values.mse).toBeCloseTo((0.25 ** 2 + 0.25 ** 2) / 3, 6);
    expect(values.spearman).toBeCloseTo(1, 12);
    expect(values.pearson).toBeCloseTo(0.9707, 4);
  });

  it("takes a vector of zeros for one that is like nothing", () => {
    const metric = similarityMetrics();
    metric.update({ embedding: rows([0, 0], [1, 0]) }, { scores: scores([0]) });
    expect(metric.values().mse).toBe(0);
  });
});

describe("pairRetrievalMetrics", () => {
  it("ranks the second texts of all pairs for each first text", () => {
    const metric = pairRetrievalMetrics();
    metric.update({ embedding: rows([1, 0], [1, 0.1], [0, 1], [0.1, 1]) }, {});
    metric.update({ embedding: rows([1, 0.2], [-1, 0]) }, {});
    const { values, examples } = metric.report();
    expect(examples).toBe(3);
    expect(values.accuracy).toBeCloseTo(2 / 3, 12);
    expect(values.mrr).toBeCloseTo((1 + 1 + 1 / 3) / 3, 12);
  });

  it("ranks second texts that are as near before the own one", () => {
    const metric = pairRetrievalMetrics();
    metric.update({ embedding: rows([1, 0], [1, 0], [0, 1], [1, 0]) }, {});
    expect(metric.values()).toEqual({ accuracy: 0, mrr: 0.5 });
  });

  it("refuses missing and infinite embeddings, and has no values before the first pair", () => {
    expect(() => {
      pairRetrievalMetrics().update({}, {});
    }).toThrow(ShapeError);
    expect(() => {
      pairRetrievalMetrics().update({ embedding: rows([1], [Infinity]) }, {});
    }).toThrow(DivergenceError);
    expect(() => pairRetrievalMetrics().values()).toThrow(DataError);
  });
});
