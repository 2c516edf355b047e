import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/squad.json" with { type: "json" };
import { expectValues } from "../test/expect-values.js";
import { textMetricLaws } from "../test/text-metric-laws.js";
import { text } from "../test/texts.js";
import { normalizeAnswer, squadMetric } from "./squad.js";

describe("squadMetric", () => {
  it("scores answers by the rules of SQuAD's script", () => {
    fixture.examples.forEach((wanted, index) => {
      const metric = squadMetric();
      metric.update([fixture.predictions[index]!], [fixture.references[index]!]);
      expectValues(metric.values(), wanted);
    });
  });

  it("gives their mean", () => {
    const metric = squadMetric();
    metric.update(fixture.predictions, fixture.references);
    expectValues(metric.values(), fixture.mean);
  });

  it("is 100 for an answer that is a reference, but for the F1 of one without words", () => {
    fc.assert(
      fc.property(text, text, (answer, other) => {
        const metric = squadMetric();
        metric.update([answer], [[other, answer]]);
        expect(metric.values()).toEqual({ exactMatch: 100, f1: normalizeAnswer(answer) === "" ? 0 : 100 });
      }),
    );
  });

  textMetricLaws(squadMetric, { largest: 100 });
});

describe("normalizeAnswer", () => {
  it("drops case, punctuation, articles and superfluous whitespace", () => {
    fixture.predictions.forEach((answer, index) => {
      expect(normalizeAnswer(answer)).toBe(fixture.normalized[index]);
    });
  });

  it("keeps articles that are part of a word with letters outside ASCII", () => {
    expect(normalizeAnswer("Ça va, à the thé")).toBe("ça va à thé");
  });
});
