import { ConfigError } from "@incipit/core";
import { expect, it } from "vitest";
import { letters } from "../test/letter-tokenizer.js";
import { labelWords } from "./label-words.js";

it("gives the ids of each label's words, in the labels' order; a label without words stands for itself", () => {
  expect(labelWords(letters, ["bad", "good"], { good: ["great", "fine"] })).toEqual([[5], [3, 4]]);
});

it("takes a word as it stands behind a space, where that is a token of its own", () => {
  const spaced = { ...letters, encode: (text: string) => ({ ids: text.startsWith(" ") ? [7] : [8] }) };
  expect(labelWords(spaced, ["was"])).toEqual([[7]]);
});

it.each([
  [
    { good: ["lovely"] },
    'the word "lovely" of the label "good" is not a single token, but "l" "o" "v" "e" "l" "y"',
  ],
  [{ good: ["?"] }, 'the word "?" of the label "good" is not a single token, but "<unk>"'],
  [{ good: ["bad"] }, 'the word "bad" stands for two labels, "bad" and "good"'],
  [{ good: ["fine"], poor: ["bad"] }, 'there is no label "poor"; there are "bad", "good"'],
])("refuses %o", (words, message) => {
  expect(() => labelWords(letters, ["bad", "good"], words)).toThrow(ConfigError);
  expect(() => labelWords(letters, ["bad", "good"], words)).toThrow(message);
});
