import { DataError, DivergenceError, type HostTensor, ShapeError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regressionMetrics } from "./regression.js";

const column = (values: readonly number[]): HostTensor => ({
  dtype: "float32",
  shape: [values.length, 1],
  data: Float32Array.from(values),
});
const seen = (batches: readonly (readonly [readonly number[], readonly number[]])[]) => {
  const metric = regressionMetrics();
  for (const [predicted, truth] of batches)
    metric.update({ prediction: column(predicted) }, { target: column(truth) });
  return metric;
};

describe("regressionMetrics", () => {
  it("gives errors in three ways and two correlations", () => {
    const report = seen([
      [
        [1, 2, 4],
        [2, 2, 1],
      ],
    ]).report();
    expect(report.examples).toBe(3);
    expect(report.values.mse).toBeCloseTo(10 / 3, 12);
    expect(report.values.rmse).toBeCloseTo(Math.sqrt(10 / 3), 12);
    expect(report.values.mae).toBeCloseTo(4 / 3, 12);
    expect(report.values.pearson).toBeCloseTo(-5 / Math.sqrt(28), 12);
    expect(report.values.spearman).toBeCloseTo(-Math.sqrt(3) / 2, 12);
  });

  it("does not depend on the batches", () => {
    const anyExamples = fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyExamples, fc.nat(12), (examples, cut) => {
        const part = (from: number, to?: number) =>
          [examples.slice(from, to).map(([a]) => a), examples.slice(from, to).map(([, b]) => b)] as const;
        expect(seen([part(0, cut), part(cut)]).values()).toEqual(seen([part(0)]).values());
      }),
    );
  });

  it("refuses what cannot be compared", () => {
    const update = (prediction: HostTensor | undefined, target: HostTensor) => () => {
      regressionMetrics().update(prediction ? { prediction } : {}, { target });
    };
    expect(update(undefined, column([1]))).toThrow(ShapeError);
    expect(update(column([1, 2]), column([1]))).toThrow("2 predictions for 1 numbers");
    expect(update(column([NaN]), column([1]))).toThrow(DivergenceError);
    expect(() => regressionMetrics().values()).toThrow(DataError);
  });
});
