import { expect, it } from "vitest";
import { bare, roberta, wordTokenizer } from "../test/word-tokenizer.js";
import { languageModelLabels } from "./language-model.js";

it.each([
  ["all tokens of a text where there are no special ones", bare, [1000, 1001]],
  ["the text and its end, but not what begins every text", roberta, [-100, 1000, 1001, 2]],
])("%s are to be predicted", (_, frame, labels) => {
  const tokenizer = wordTokenizer(frame);
  expect(languageModelLabels(tokenizer, [tokenizer.encode("a b")])).toEqual([labels]);
});
