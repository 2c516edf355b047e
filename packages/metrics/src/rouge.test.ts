import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/rouge-score.json" with { type: "json" };
import { expectValues } from "../test/expect-values.js";
import { textMetricLaws } from "../test/text-metric-laws.js";
import { text } from "../test/texts.js";
import { porterStem } from "./porter-stemmer.js";
import { rougeMetric, type RougeOptions, type RougeScores, rougeScores } from "./rouge.js";

const rouge = (predictions: readonly string[], references: readonly string[][], options?: RougeOptions) => {
  const metric = rougeMetric(options);
  metric.update(predictions, references);
  return metric.values();
};

const named = (scores: RougeScores) =>
  Object.fromEntries(
    Object.entries(scores).flatMap(([name, { precision, recall, f1 }]) => [
      [name, f1],
      [`${name}Precision`, precision],
      [`${name}Recall`, recall],
    ]),
  );

describe("rougeMetric", () => {
  describe.each(fixture.corpora)("on $name", ({ predictions, references, plain, stemmed }) => {
    it.each([
      ["", plain, {}],
      [" with stemming", stemmed, { stem: porterStem }],
    ])("gives rouge_score's scores of each text, and their mean%s", (_, wanted, options) => {
      expectValues(rouge(predictions, references, options), named(wanted.mean));
      wanted.examples.forEach((scores, index) => {
        expectValues(rouge([predictions[index]!], [references[index]!], options), named(scores));
      });
    });
  });

  textMetricLaws(rougeMetric, { largest: 1 });
});

describe("rougeScores", () => {
  it("is 1 for the reference itself, where it has words enough", () => {
    fc.assert(
      fc.property(text, (same) => {
        const words = same.toLowerCase().match(/[a-z0-9]+/gu) ?? [];
        const { rouge1, rouge2, rougeL } = rougeScores(same, same);
        expect([rouge1.f1, rouge2.f1, rougeL.f1]).toEqual(
          [words.length > 0, words.length > 1, words.length > 0].map(Number),
        );
      }),
    );
  });

  it("exchanges precision and recall with the texts", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [there, back] = [rougeScores(a, b), rougeScores(b, a)];
        for (const name of ["rouge1", "rouge2", "rougeL"] as const) {
          const { precision, recall, f1 } = back[name];
          expectValues({ ...there[name] }, { precision: recall, recall: precision, f1 });
        }
      }),
    );
  });

  it("counts words in order for ROUGE-L only (computed by hand)", () => {
    const { rouge1, rougeL } = rougeScores("the gunman police killed", "police killed the gunman");
    expect([rouge1.f1, rougeL.f1]).toEqual([1, 0.5]);
  });
});
