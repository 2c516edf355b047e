import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confusionMatrix } from "./confusion.js";
import { matthewsCorrelation } from "./matthews.js";

describe("matthewsCorrelation", () => {
  it("gives scikit-learn's documented -0.33…", () => {
    expect(matthewsCorrelation(confusionMatrix([1, 1, 1, 0], [1, 0, 1, 1], 2))).toBeCloseTo(-1 / 3, 12);
  });

  it("is 0 where all labels or all predictions are of one class", () => {
    expect(matthewsCorrelation(confusionMatrix([0, 0, 0], [0, 1, 0], 2))).toBe(0);
    expect(matthewsCorrelation(confusionMatrix([0, 1, 0], [1, 1, 1], 2))).toBe(0);
    expect(matthewsCorrelation(confusionMatrix([], [], 2))).toBe(0);
  });

  it("is the binary formula for two classes", () => {
    const count = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(count, count, count, count, (tn, fp, fn, tp) => {
        const binary = (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
        expect(
          matthewsCorrelation([
            [tn, fp],
            [fn, tp],
          ]),
        ).toBeCloseTo(binary, 10);
      }),
    );
  });

  it("lies between -1 and 1, and is 1 when all are right", () => {
    const decisions = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1 });
    fc.assert(
      fc.property(decisions, (list) => {
        const labels = list.map(([label]) => label);
        const correlation = matthewsCorrelation(
          confusionMatrix(
            labels,
            list.map(([, predicted]) => predicted),
            4,
          ),
        );
        expect(Math.abs(correlation)).toBeLessThanOrEqual(1 + 1e-12);
        const perfect = matthewsCorrelation(confusionMatrix(labels, labels, 4));
        expect(perfect).toBeCloseTo(new Set(labels).size > 1 ? 1 : 0, 12);
      }),
    );
  });
});
