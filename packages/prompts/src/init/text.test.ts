import { ConfigError } from "@incipit/core";
import { seededRandom, takeRows } from "@incipit/tensor";
import { expect, it } from "vitest";
import { table, tinyBackbone } from "../../test/tiny-backbone.js";
import { fromText } from "./text.js";

const start = (text: string, virtualTokens: number) =>
  fromText(text)({ ...tinyBackbone, virtualTokens, random: seededRandom(0) });

it("takes the embeddings of the text's tokens in their order, without special tokens", () => {
  expect(start("cab", 3)).toEqual(takeRows(table, [3, 1, 2]));
});

it("cuts a text that is too long", () => {
  expect(start("cab", 2)).toEqual(takeRows(table, [3, 1]));
});

it("repeats a text that is too short", () => {
  expect(start("cab", 8)).toEqual(takeRows(table, [3, 1, 2, 3, 1, 2, 3, 1]));
});

it.each(["", "xyz"])('refuses the text "%s", which has no tokens', (text) => {
  expect(() => start(text, 2)).toThrow(ConfigError);
  expect(() => start(text, 2)).toThrow(`the text "${text}" has no tokens`);
});
