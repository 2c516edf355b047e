import type { Tokenizer } from "@incipit/core";
import { expect, it } from "vitest";
import { sampleText } from "./sample-text.js";

/** A tokenizer that turns every text into these ids, and puts the others around it. */
function tokenizer(plain: readonly number[], before: readonly number[] = [], after: readonly number[] = []) {
  const encode: Tokenizer["encode"] = (_, { specialTokens = true } = {}) => ({
    ids: specialTokens ? [...before, ...plain, ...after] : plain,
  });
  return { encode, padId: 0, vocabularySize: 9, fingerprint: "", decode: String, token: String };
}

it("begins and ends like a text, with an ordinary token between", () => {
  const { placeholderId, sampleIds } = sampleText(tokenizer([7, 8], [1], [2, 3]));
  expect(placeholderId).toBe(7);
  expect(sampleIds(5)).toEqual([1, 7, 7, 2, 3]);
});

it("has only as many tokens as asked for", () => {
  expect(sampleText(tokenizer([7], [1], [2])).sampleIds(1)).toEqual([1]);
});

it.each([
  ["padding or special", tokenizer([0, 2, 5], [2], [3]), 5],
  ["all there is", tokenizer([0, 2], [1], [2]), 3],
])("finds an ordinary token where some of the text's are %s", (_, given, id) => {
  expect(sampleText(given).placeholderId).toBe(id);
});

it("takes the ordinary token that it is given", () => {
  expect(sampleText(tokenizer([7], [1]), 6).sampleIds(3)).toEqual([1, 6, 6]);
});
