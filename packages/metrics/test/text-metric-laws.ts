import { DataError } from "@incipit/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type TextMetric } from "../src/text-metric.js";
import { expectValues } from "./expect-values.js";
import { examples } from "./texts.js";

/** What holds for every text metric. @param largest of all of its values that are no `unbounded` ones */
export function textMetricLaws(
  make: () => TextMetric,
  { largest, unbounded = [] }: { readonly largest: number; readonly unbounded?: readonly string[] },
): void {
  const score = (predictions: readonly string[], references: readonly (readonly string[])[]) => {
    const metric = make();
    metric.update(predictions, references);
    return metric.values();
  };

  it(`lies between 0 and ${largest}`, () => {
    fc.assert(
      fc.property(examples, ({ predictions, references }) => {
        for (const [name, value] of Object.entries(score(predictions, references))) {
          expect(value, name).toBeGreaterThanOrEqual(0);
          if (!unbounded.includes(name)) expect(value, name).toBeLessThanOrEqual(largest + 1e-9);
        }
      }),
    );
  });

  it("depends neither on the order of the examples nor on how they come in batches", () => {
    fc.assert(
      fc.property(examples, ({ predictions, references }) => {
        const batches = make();
        predictions.forEach((prediction, index) => {
          batches.update([prediction], [references[index]!]);
        });
        const whole = score(predictions, references);
        expectValues(batches.values(), whole);
        expectValues(score(predictions.toReversed(), references.toReversed()), whole);
      }),
    );
  });

  it("says nothing before the first example", () => {
    const metric = make();
    metric.update([], []);
    expect(() => metric.values()).toThrow(DataError);
  });

  it("refuses an example without a reference, naming it, and keeps what it had", () => {
    const metric = make();
    metric.update(["a b"], [["a c"]]);
    const before = metric.values();
    expect(() => {
      metric.update(["a", "b"], [["a"], []]);
    }).toThrow(/example 1 of the update has no reference/u);
    expect(metric.values()).toEqual(before);
  });

  it("refuses lists of different lengths", () => {
    expect(() => {
      make().update(["a", "b"], [["a"]]);
    }).toThrow(/2 predictions but references for 1/u);
  });
}
