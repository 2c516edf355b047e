import { describe, expect, it } from "vitest";
import { didYouMean, list } from "./suggest.js";

describe("didYouMean", () => {
  it.each([
    ["lable", ["text", "label"], '; did you mean "label"?'],
    ["Text", ["text", "label"], '; did you mean "text"?'],
    ["sentence", ["sentence1", "sentence2"], '; did you mean "sentence1"?'],
    ["review", ["text", "label"], ""],
    ["x", ["y"], ""],
    ["text", [], ""],
  ])("for %j among %j says %j", (word, candidates, message) => {
    expect(didYouMean(word, candidates)).toBe(message);
  });
});

describe("list", () => {
  it("quotes names, and counts those after the twentieth", () => {
    expect(list(["a", 'b"'])).toBe(String.raw`"a", "b\""`);
    expect(list(Array.from({ length: 23 }, () => "n"))).toMatch(/^(?:"n", ){19}"n" and 3 more$/u);
  });
});
