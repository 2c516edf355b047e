import { DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelIndices, labelSet } from "./labels.js";

const labelled = (...labels: string[]) => labels.map((label) => ({ text: "x", label }));

describe("labelSet", () => {
  it("has each label once, in an order that does not depend on the examples'", () => {
    expect(labelSet(labelled("spam", "ham", "Ham", "ham", "10", "9"))).toEqual([
      "10",
      "9",
      "Ham",
      "ham",
      "spam",
    ]);
    const two = fc.array(fc.string(), { minLength: 2 }).filter((labels) => new Set(labels).size > 1);
    fc.assert(
      fc.property(two, (labels) => {
        expect(labelSet(labelled(...labels))).toEqual(labelSet(labelled(...labels.reverse())));
      }),
    );
  });

  it("refuses a single class, naming it", () => {
    expect(() => labelSet(labelled("ham", "ham"), "d.csv")).toThrow(DataError);
    expect(() => labelSet(labelled("ham", "ham"), "d.csv")).toThrow(
      /^d\.csv: there is only examples of the label "ham"/u,
    );
    expect(() => labelSet([])).toThrow(/there is no example/u);
  });
});

describe("labelIndices", () => {
  it("gives positions that lead back to the labels", () => {
    const examples = labelled("spam", "ham", "spam");
    const labels = labelSet(examples);
    expect(labelIndices(labels, examples)).toEqual([1, 0, 1]);
  });

  it("refuses a label that training never saw, naming its line and the known ones", () => {
    const test = [
      { text: "x", label: "ham", line: 2 },
      { text: "y", label: "spma", line: 5 },
    ];
    expect(() => labelIndices(["ham", "spam"], test, "test.csv")).toThrow(DataError);
    expect(() => labelIndices(["ham", "spam"], test, "test.csv")).toThrow(
      'test.csv, line 5: the label "spma" is not one of those in training, which are "ham", "spam"; did you mean "spam"?',
    );
  });

  it("names the example's place where it has no line, and the label probably meant", () => {
    expect(() => labelIndices(["ham", "spam"], labelled("ham", "Spam"))).toThrow(
      /example 2: .*did you mean "spam"\?$/u,
    );
  });
});
