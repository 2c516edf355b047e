import { ConfigError } from "@incipit/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { letters } from "../test/letter-tokenizer.js";
import { encodeTemplate } from "./encode.js";
import { template } from "./template.js";

const review = template("{text} It was {mask}.");

it("encodes the whole, with the tokenizer's mask", () => {
  expect(encodeTemplate(letters, review, [{ text: "great" }], { maxLength: 9 })).toEqual([
    letters.encode("great It was <mask>."),
  ]);
});

it("cuts the text alone, as little as there must be", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }),
      fc.integer({ min: 5, max: 20 }),
      (text, maxLength) => {
        const [{ ids }] = encodeTemplate(letters, review, [{ text }], { maxLength }) as [{ ids: number[] }];
        const full = letters.encode(`${text} It was <mask>.`).ids;
        expect(ids.length).toBeLessThanOrEqual(maxLength);
        expect(ids.slice(-4)).toEqual(full.slice(-4));
        if (full.length <= maxLength) expect(ids).toEqual(full);
      },
    ),
  );
  const [cut] = encodeTemplate(letters, review, [{ text: "abcdefgh" }], { maxLength: 8 });
  expect(cut).toEqual(letters.encode("abc It was <mask>."));
});

it("cuts the longer text of a pair first, and no character apart", () => {
  const both = template("{text} was {pair}");
  const encode = (text: string, pair: string, maxLength: number) =>
    encodeTemplate(letters, both, [{ text, pair }], { maxLength })[0];
  expect(encode("ab", "cdefgh", 7)).toEqual(letters.encode("ab was cde"));
  expect(encode("😀😀😀", "c", 5)).toEqual(letters.encode("😀😀 was c"));
});

it("refuses a template that is too long by itself", () => {
  expect(() => encodeTemplate(letters, review, [{ text: "a" }], { maxLength: 4 })).toThrow(ConfigError);
  expect(() => encodeTemplate(letters, review, [{ text: "a" }], { maxLength: 4 })).toThrow(
    "maxLength 4 has no room for the template alone",
  );
});
