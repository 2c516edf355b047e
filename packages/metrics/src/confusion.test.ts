import { DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy, addConfusion, confusionMatrix, margins } from "./confusion.js";

describe("confusionMatrix", () => {
  it("has a row for each label and a column for each prediction (scikit-learn's documented example)", () => {
    expect(confusionMatrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], 3)).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [1, 0, 2],
    ]);
  });

  it("refuses lists of different lengths", () => {
    expect(() => confusionMatrix([0, 1], [0], 2)).toThrow(DataError);
  });

  it.each([
    [[3], [0]],
    [[0], [-1]],
    [[0.5], [0]],
  ])("refuses label %j with prediction %j, naming the example", (truth, predicted) => {
    expect(() => confusionMatrix(truth, predicted, 3)).toThrow(/example 0 .*from 0 to 2/u);
  });

  it("counts the examples of two parts as it counts them together", () => {
    const decision = fc.tuple(fc.nat(2), fc.nat(2));
    fc.assert(
      fc.property(fc.array(decision), fc.array(decision), (a, b) => {
        const matrix = (decisions: [number, number][]) =>
          confusionMatrix(
            decisions.map(([label]) => label),
            decisions.map(([, predicted]) => predicted),
            3,
          );
        expect(addConfusion(matrix(a), matrix(b))).toEqual(matrix([...a, ...b]));
        expect(margins(matrix(a)).total).toBe(a.length);
      }),
    );
  });
});

describe("accuracy", () => {
  it("is 0 without examples", () => {
    expect(accuracy(confusionMatrix([], [], 2))).toBe(0);
  });
});
