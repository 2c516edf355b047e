import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import type { Offsets } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenOffsets } from "./offsets.js";

interface Case {
  readonly name: string;
  readonly tokenizer: object;
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly offsets: readonly Offsets[];
  }[];
}

/** What Hugging Face's own library tells; `test-data/make_offsets.py` wrote it. */
const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../test-data/offsets.json"), "utf8"),
) as readonly Case[];

/** The parts of a text, each with the marks behind it that no part has: the tokenizer left them out of a letter. */
function partsOf(text: string, offsets: readonly Offsets[]): readonly string[] {
  const taken = (unit: number) => offsets.some(([start, end]) => start <= unit && unit < end);
  return offsets.map(([start, end]) => {
    let last = end;
    while (end > start && !taken(last) && /^\p{M}/u.test(text.slice(last))) last++;
    return text.slice(start, last);
  });
}

describe.each(cases)("tokenOffsets of $name", ({ tokenizer, texts }) => {
  const inner = new HuggingFaceTokenizer(tokenizer, {});
  const parts = (text: string) => tokenOffsets(inner, text).map(([start, end]) => text.slice(start, end));

  it.each(texts)("equals Hugging Face's own of $text", ({ text, ids, offsets }) => {
    expect(inner.encode(text, { add_special_tokens: false }).ids).toEqual(ids);
    // A space that the tokenizer puts in front is nothing of the text; they have it stand for the first letter.
    const blank = inner.tokenize(text).map((token) => /^[Ġ▁]$/u.test(token));
    expect(parts(text)).toEqual(partsOf(text, offsets).map((part, i) => (blank[i] ? "" : part)));
  });
});

describe.each(cases)("tokenOffsets of $name, whatever the text", ({ tokenizer }) => {
  const inner = new HuggingFaceTokenizer(tokenizer, {});
  const words = fc.constantFrom(
    "the",
    "the",
    "Café",
    "cafe\u0301",
    "東京",
    "xyzzy",
    "don't",
    "🦊",
    "[MASK]",
    "ΣΟΦΟΣ",
    "न्",
  );
  const texts = fc.oneof(
    fc.array(words).map((all) => all.join(" ")),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
  );

  it("has a place for each token, in the text's order", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const offsets = tokenOffsets(inner, text);
        expect(offsets).toHaveLength(inner.encode(text, { add_special_tokens: false }).ids.length);
        for (const [start, end] of offsets) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        const starts = offsets.map(([start]) => start);
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      }),
      // One character that is four words in Unicode's normal form.
      { examples: [["ﷺ"], ["a ﷺ b"]] },
    );
  });

  it("finds each word where it stands, also where it stands again", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("fox", "dog", "lazy", "words"), { minLength: 1 }), (all) => {
        const text = all.join(" ");
        const covered = Array.from({ length: text.length }, () => 0);
        for (const [start, end] of tokenOffsets(inner, text)) {
          for (let unit = start; unit < end; unit++) covered[unit]!++;
        }
        expect(covered).toEqual(Array.from(text, (letter) => (letter === " " ? 0 : 1)));
      }),
      { examples: [[["fox", "fox", "dog", "fox"]]] },
    );
  });
});
