import { describe, expect, it } from "vitest";
import { confusionMatrix } from "./confusion.js";
import { classScores, macroF1, microF1 } from "./f1.js";

/** The example in scikit-learn's documentation of `f1_score`. */
const documented = confusionMatrix([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], 3);

describe("macroF1 and microF1", () => {
  it("give scikit-learn's documented 0.26… and 0.33…", () => {
    expect(macroF1(documented)).toBeCloseTo(0.8 / 3, 12);
    expect(microF1(documented)).toBeCloseTo(1 / 3, 12);
  });

  it("leave out a class that neither labels nor predictions have", () => {
    expect(macroF1(confusionMatrix([0, 1], [0, 1], 3))).toBe(1);
  });

  it("count a class that is only predicted as 0", () => {
    expect(macroF1(confusionMatrix([0, 0], [0, 1], 2))).toBeCloseTo(1 / 3, 12);
  });

  it("are 0 without examples", () => {
    expect(macroF1(confusionMatrix([], [], 2))).toBe(0);
    expect(microF1(confusionMatrix([], [], 2))).toBe(0);
  });
});

describe("classScores", () => {
  it("gives 0 where the quotient has no examples to be taken over", () => {
    expect(classScores(documented)).toEqual([
      { precision: 2 / 3, recall: 1, f1: 0.8, support: 2 },
      { precision: 0, recall: 0, f1: 0, support: 2 },
      { precision: 0, recall: 0, f1: 0, support: 2 },
    ]);
    expect(classScores(confusionMatrix([0], [0], 2))[1]).toEqual({
      precision: 0,
      recall: 0,
      f1: 0,
      support: 0,
    });
  });
});
