import { expect, it } from "vitest";
import fixture from "../test-data/rouge-score.json" with { type: "json" };
import { porterStem } from "./porter-stemmer.js";

it("gives NLTK's stems", () => {
  const stems = Object.keys(fixture.stems).map((word) => [word, porterStem(word)]);
  expect(Object.fromEntries(stems)).toEqual(fixture.stems);
});

it.each([
  ["caresses", "caress"],
  ["relational", "relat"],
  ["hopping", "hop"],
  ["hoping", "hope"],
  ["dies", "die"],
  ["flies", "fli"],
  ["enjoy", "enjoy"],
])("stems %s to %s", (word, stem) => {
  expect(porterStem(word)).toBe(stem);
});
