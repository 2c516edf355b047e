import { expect, it } from "vitest";
import { formatInspection, type Inspection } from "./format.js";

const bare: Inspection = {
  folder: "from-python",
  bytes: 20_600,
  saved: "2026-01-02T03:04:05.678Z",
  trainedValues: 5120,
  peft: { taskType: "CAUSAL_LM", baseModel: "gpt2" },
  virtualTokens: 2,
  nearestWords: null,
};

it("says what PEFT's files say, and that nothing else is recorded", () => {
  expect(formatInspection(bare)).toBe(`from-python

size            20.6 kB, 5,120 trained values
virtual tokens  2, in front
head            none
labels          not recorded
model           gpt2
trained on      not recorded
saved           2026-01-02T03:04:05.678Z

To see the words that the virtual tokens are near to, give --model.`);
});

it("lists the words near each virtual token", () => {
  const words = ["good", "fine"].map((token, i) => ({ token, id: i, similarity: 0.9 - i / 4 }));
  const text = formatInspection({ ...bare, nearestWords: [words, words.toReversed()] });
  expect(text.split("\n").slice(-2)).toEqual(["  1  good 0.90  fine 0.65", "  2  fine 0.65  good 0.90"]);
});

it("says in what precision it was trained, where one was asked for", () => {
  const text = formatInspection({ ...bare, provenance: { options: { precision: "int8" } } });
  expect(text).toContain("\nprecision       int8\n");
});

it("says how it did on each part of the data", () => {
  const metrics = {
    "validation.accuracy": 1,
    "validation.macroF1": 1,
    "test.accuracy": 0.75,
    "test.macroF1": 0.7,
  };
  const text = formatInspection({ ...bare, placement: "after-first", metrics });
  expect(text).toContain("\nvirtual tokens  2, behind the first token\n");
  expect(text).toMatch(
    /\nvalidation {6}accuracy 1\.000, macro F1 1\.000\ntest {12}accuracy 0\.750, macro F1 0\.700\n/,
  );
});
