import { DataError, DivergenceError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { perplexityMetric } from "./perplexity.js";

describe("perplexityMetric", () => {
  it("is the number of tokens that are equally likely", () => {
    const metric = perplexityMetric();
    metric.update(5 * Math.log(50257), 5);
    expect(metric.values().perplexity).toBeCloseTo(50257, 6);
    expect(metric.values().loss).toBeCloseTo(Math.log(50257), 12);
  });

  it("is 1 for a model that is sure and right", () => {
    const metric = perplexityMetric();
    metric.update(0, 3);
    expect(metric.values()).toEqual({ perplexity: 1, loss: 0 });
  });

  it("weighs batches by their tokens", () => {
    const batch = fc.tuple(fc.double({ min: 0, max: 10, noNaN: true }), fc.integer({ min: 1, max: 50 }));
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1 }), (batches) => {
        const [streamed, whole] = [perplexityMetric(), perplexityMetric()];
        for (const [loss, tokens] of batches) streamed.update(loss * tokens, tokens);
        whole.update(
          batches.reduce((total, [loss, tokens]) => total + loss * tokens, 0),
          batches.reduce((total, [, tokens]) => total + tokens, 0),
        );
        expect(streamed.values().loss).toBeCloseTo(whole.values().loss, 9);
        expect(streamed.values().perplexity).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it("bears a batch without tokens, but says nothing when there are none at all", () => {
    const metric = perplexityMetric();
    metric.update(0, 0);
    expect(() => metric.values()).toThrow(DataError);
    metric.update(1, 1);
    expect(metric.values().loss).toBe(1);
  });

  it.each([-1, 1.5, NaN])("refuses %d as a number of tokens", (tokens) => {
    expect(() => {
      perplexityMetric().update(1, tokens);
    }).toThrow(DataError);
  });

  it.each([NaN, Infinity])("refuses %d as a likelihood, and keeps what it had", (value) => {
    const metric = perplexityMetric();
    metric.update(2, 1);
    expect(() => {
      metric.update(value, 1);
    }).toThrow(DivergenceError);
    expect(metric.values().loss).toBe(2);
  });
});
