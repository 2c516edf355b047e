import { expect, it } from "vitest";
import fixture from "../test-data/sacrebleu.json" with { type: "json" };
import { tokenize13a } from "./tokenize-13a.js";

it("cuts texts as sacreBLEU's tokenizer 13a does", () => {
  for (const [text, tokens] of fixture.tokens) expect(tokenize13a(text as string)).toEqual(tokens);
});

it("leaves numbers whole and sets punctuation apart", () => {
  expect(tokenize13a("It cost 1,000.50 dollars, i.e. 3-4 times.")).toEqual(
    "It cost 1,000.50 dollars , i . e . 3 - 4 times .".split(" "),
  );
});
