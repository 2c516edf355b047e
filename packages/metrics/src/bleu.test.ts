import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/sacrebleu.json" with { type: "json" };
import { expectValues } from "../test/expect-values.js";
import { textMetricLaws } from "../test/text-metric-laws.js";
import { text } from "../test/texts.js";
import { bleuMetric, type BleuOptions } from "./bleu.js";
import { tokenize13a } from "./tokenize-13a.js";

const bleu = (predictions: readonly string[], references: readonly string[][], options?: BleuOptions) => {
  const metric = bleuMetric(options);
  metric.update(predictions, references);
  return metric.values();
};

describe("bleuMetric", () => {
  describe.each(fixture.corpora)("on $name", ({ predictions, references, bleu: wanted, sentences }) => {
    it("gives sacreBLEU's values", () => {
      expectValues(bleu(predictions, references), wanted.default);
    });

    it("gives sacreBLEU's values of other options", () => {
      expectValues(bleu(predictions, references, { lowercase: true }), wanted.lowercase);
      expectValues(bleu(predictions, references, { effectiveOrder: true }), wanted.effectiveOrder);
      expectValues(bleu(predictions, references, { maxOrder: 2 }), wanted.maxOrder2);
    });

    it("gives sacreBLEU's scores of the sentences, with effective order", () => {
      sentences.forEach((sentence, index) => {
        const got = bleu([predictions[index]!], [references[index]!], { effectiveOrder: true });
        expect(got.bleu).toBeCloseTo(sentence.bleu, 9);
      });
    });
  });

  it("cuts texts by another tokenizer if it is given one", () => {
    const characters = { tokenize: (line: string) => Array.from(line) };
    expect(bleu(["abcde"], [["abcdx"]]).bleu).toBe(0);
    // 4/5 of the characters, 3/4 of the pairs, 2/3 and 1/2 of the longer ones.
    expect(bleu(["abcde"], [["abcdx"]], characters).bleu).toBeCloseTo(100 * (1 / 5) ** (1 / 4), 9);
  });

  it("is 100 for the reference itself", () => {
    fc.assert(
      fc.property(text, text, (same, other) => {
        fc.pre(tokenize13a(same).length > 0);
        expect(bleu([same], [[other, same]], { effectiveOrder: true }).bleu).toBeCloseTo(100, 9);
      }),
    );
  });

  textMetricLaws(bleuMetric, { largest: 100, unbounded: ["lengthRatio"] });
});
