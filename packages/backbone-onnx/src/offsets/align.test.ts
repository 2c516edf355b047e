import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { align } from "./align.js";

/** For each code unit of the changed text, what it comes from. */
const origins = (text: string, changed: string) =>
  align(text, changed).map((place) => (place === undefined ? undefined : text.slice(...place)));

describe("align", () => {
  it.each([
    ["lower case", "Ab", "ab", ["A", "b"]],
    ["a sigma at the end of a word", "ΟΣ", "ος", ["Ο", "Σ"]],
    ["accents taken off a letter", "né!", "ne!", ["n", "é", "!"]],
    ["accents taken off, with the mark that was one", "ne\u0301!", "ne!", ["n", "e\u0301", "!"]],
    ["a letter and its mark become one", "ne\u0301!", "né!", ["n", "e\u0301", "!"]],
    ["a letter becomes one and its mark", "né!", "ne\u0301!", ["n", "é", "é", "!"]],
    ["a ligature becomes its letters", "ﬁn", "fin", ["ﬁ", "ﬁ", "n"]],
    ["what cannot be seen is left out", "so\u00adft\u200b!", "soft!", ["s", "o", "f", "t", "!"]],
    [
      "spaces put around ideographs",
      "a東京",
      "a 東  京 ",
      ["a", undefined, "東", undefined, undefined, "京", undefined],
    ],
    ["▁ for spaces, and one in front", "a b", "▁a▁b", [undefined, "a", undefined, "b"]],
    ["other quotes", "``an''", '"an"', [undefined, "a", "n", undefined]],
    ["letters beyond 16 bits", "🦊a🦊", "🦊a🦊", ["🦊", "🦊", "a", "🦊", "🦊"]],
    ["a text of which nothing is left", "\u200b", "", []],
    ["what was never there", "", "▁a", [undefined, undefined]],
  ])("sees through %s", (_, text, changed, expected) => {
    expect(origins(text, changed)).toEqual(expected);
  });

  it("gives every character of a text that was not changed its own place", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const places = align(text, text);
        let start = 0;
        for (const character of text) {
          const end = start + character.length;
          if (/[^\s▁]/u.test(character) && character.normalize("NFKD").trim() !== "") {
            expect(places[start]).toEqual([start, end]);
          }
          start = end;
        }
      }),
    );
  });
});
