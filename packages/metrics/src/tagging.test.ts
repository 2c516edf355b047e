import { DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/seqeval.json" with { type: "json" };
import { expectValues } from "../test/expect-values.js";
import { type TaggingScheme } from "./entities.js";
import { taggingMetric } from "./tagging.js";

const seen = (
  predictions: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
  options?: { readonly strict?: TaggingScheme },
) => {
  const metric = taggingMetric(options);
  metric.update(predictions, references);
  return metric;
};

const tag = fc.constantFrom("O", "B-PER", "I-PER", "E-PER", "S-LOC", "I-LOC");
const tagged = fc.array(fc.array(fc.tuple(tag, tag)), { minLength: 1 }).map((texts) => ({
  predictions: texts.map((tokens) => tokens.map(([predicted]) => predicted)),
  references: texts.map((tokens) => tokens.map(([, right]) => right)),
}));

describe("taggingMetric", () => {
  describe.each(fixture.cases)("on $name", ({ scheme, predictions, references, lenient, strict }) => {
    it.each([
      ["leniently", lenient, {}],
      ["strictly", strict, { strict: scheme as TaggingScheme }],
    ])("gives seqeval's values, %s, and its scores of each type", (_, wanted, options) => {
      const { values, types } = seen(predictions, references, options).report();
      expectValues(values, wanted.values);
      expect(types.map(({ type }) => type)).toEqual(wanted.types.map(({ type }) => type));
      types.forEach(({ precision, recall, f1, support }, index) => {
        const own = wanted.types[index]!;
        expect(support).toBe(own.support);
        expectValues({ precision, recall, f1 }, { precision: own.precision, recall: own.recall, f1: own.f1 });
      });
    });
  });

  it("depends neither on the order of the texts nor on how they come in batches", () => {
    fc.assert(
      fc.property(tagged, ({ predictions, references }) => {
        const whole = seen(predictions, references);
        const batches = taggingMetric();
        predictions.forEach((tags, index) => {
          batches.update([tags], [references[index]!]);
        });
        expect(batches.report()).toEqual(whole.report());
        expectValues(seen(predictions.toReversed(), references.toReversed()).values(), whole.values());
      }),
    );
  });

  it("lies between 0 and 1, and is 1 when all tags are right and mark something", () => {
    fc.assert(
      fc.property(tagged, ({ predictions, references }) => {
        for (const value of Object.values(seen(predictions, references).values())) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
        const { f1, macroF1 } = seen(references, references).values();
        const best = references.flat().some((own) => own !== "O") ? 1 : 0;
        expect([f1, macroF1]).toEqual([best, best]);
      }),
    );
  });

  it("is 0 where there are no entities, as other quotients by zero", () => {
    expect(seen([["O"]], [["O"]]).values()).toEqual({
      precision: 0,
      recall: 0,
      f1: 0,
      macroPrecision: 0,
      macroRecall: 0,
      macroF1: 0,
      accuracy: 1,
    });
  });

  it("refuses a text with more or fewer tags than tokens, naming it", () => {
    expect(() => seen([["O"], ["O"]], [["O"], ["O", "O"]])).toThrow(DataError);
    expect(() => seen([["O"], ["O"]], [["O"], ["O", "O"]])).toThrow(/example 1 .* 1 predicted tags for 2/u);
  });
});
