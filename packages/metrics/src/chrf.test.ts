import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/sacrebleu.json" with { type: "json" };
import { textMetricLaws } from "../test/text-metric-laws.js";
import { text } from "../test/texts.js";
import { chrfMetric, type ChrfOptions } from "./chrf.js";
import { words } from "./words.js";

const chrf = (predictions: readonly string[], references: readonly string[][], options?: ChrfOptions) => {
  const metric = chrfMetric(options);
  metric.update(predictions, references);
  return metric.values().chrf;
};

describe("chrfMetric", () => {
  describe.each(fixture.corpora)("on $name", ({ predictions, references, chrf: wanted, sentences }) => {
    it("gives sacreBLEU's chrF and chrF++", () => {
      expect(chrf(predictions, references)).toBeCloseTo(wanted.chrf, 9);
      expect(chrf(predictions, references, { wordOrder: 2 })).toBeCloseTo(wanted["chrf++"], 9);
    });

    it("gives sacreBLEU's values of other options", () => {
      expect(chrf(predictions, references, { wordOrder: 2, lowercase: true })).toBeCloseTo(
        wanted.lowercase,
        9,
      );
      expect(chrf(predictions, references, { beta: 1, charOrder: 4 })).toBeCloseTo(wanted.beta1, 9);
    });

    it("gives sacreBLEU's scores of the sentences", () => {
      sentences.forEach((sentence, index) => {
        const [prediction, own] = [[predictions[index]!], [references[index]!]];
        expect(chrf(prediction, own)).toBeCloseTo(sentence.chrf, 9);
        expect(chrf(prediction, own, { wordOrder: 2 })).toBeCloseTo(sentence["chrf++"], 9);
      });
    });
  });

  it("is 100 for the reference itself", () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(0, 2), (same, other, wordOrder) => {
        fc.pre(words(same).length > 0);
        expect(chrf([same], [[other, same]], { wordOrder })).toBeCloseTo(100, 9);
      }),
    );
  });

  it("takes a letter outside the basic plane for one character", () => {
    expect(chrf(["😀"], [["😁"]])).toBe(0);
  });

  textMetricLaws(() => chrfMetric({ wordOrder: 2 }), { largest: 100 });
});
