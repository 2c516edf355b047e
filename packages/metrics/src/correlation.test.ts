import { DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/scipy.json" with { type: "json" };
import { pearsonCorrelation, spearmanCorrelation } from "./correlation.js";

it.each(fixture.cases)("is SciPy's for $name", ({ x, y, pearson, spearman }) => {
  expect(pearsonCorrelation(x, y)).toBeCloseTo(pearson, 12);
  expect(spearmanCorrelation(x, y)).toBeCloseTo(spearman, 12);
});

const anyNumbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 });
const varies = (values: readonly number[]) => new Set(values).size > 1;

describe("correlations", () => {
  it("are 1 for a list with itself, -1 with its negative, whatever its unit", () => {
    fc.assert(
      fc.property(anyNumbers.filter(varies), fc.integer({ min: 1, max: 9 }), (x, unit) => {
        const scaled = x.map((value) => unit * value + 3);
        for (const correlation of [pearsonCorrelation, spearmanCorrelation]) {
          expect(correlation(x, scaled)).toBeCloseTo(1, 10);
          expect(
            correlation(
              x,
              scaled.map((value) => -value),
            ),
          ).toBeCloseTo(-1, 10);
        }
      }),
    );
  });

  it("of ranks do not change when numbers grow without changing places", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer()), { minLength: 2 }),
        (pairs) => {
          const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          const stretched = x.map((value) => value ** 3);
          expect(spearmanCorrelation(stretched, y)).toBeCloseTo(spearmanCorrelation(x, y), 12);
        },
      ),
    );
  });

  it("are 0 where a list does not vary", () => {
    expect(pearsonCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
    expect(spearmanCorrelation([1, 2, 3], [4, 4, 4])).toBe(0);
  });

  it("need lists of one length", () => {
    expect(() => pearsonCorrelation([1, 2], [1])).toThrow(DataError);
    expect(() => spearmanCorrelation([1, 2], [1])).toThrow("have 2 and 1 numbers");
  });
});
