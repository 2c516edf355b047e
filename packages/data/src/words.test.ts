import { ConfigError, type Offsets, type Tokenizer } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeWords, wordLabels } from "./words.js";

/** A token for every two letters of a word, of letters' codes; 1 in front of a text, 2 behind it; nothing of a `~`. */
const pieces = (text: string) => Array.from(text.matchAll(/[^\s~]{1,2}/gu));
const tokenizer: Pick<Tokenizer, "encode" | "offsets"> = {
  encode: (text, { specialTokens = true } = {}) => {
    const ids = pieces(text).map(([piece]) => 10 + piece.charCodeAt(0));
    return specialTokens ? { ids: [1, ...ids, 2] } : { ids };
  },
  offsets: (text) => pieces(text).map(({ 0: piece, index }): Offsets => [index, index + piece.length]),
};
const encode = (sentences: readonly (readonly string[])[], maxLength = 100) =>
  encodeWords(tokenizer as Tokenizer, sentences, { maxLength });

describe("encodeWords", () => {
  it("tells where each word's first token is", () => {
    const [encoded] = encode([["Rome", "is", "older"]]);
    expect(encoded?.encoding.ids).toHaveLength(1 + 2 + 1 + 3 + 1);
    expect(encoded?.positions).toEqual([1, 3, 4]);
  });

  it("has no place for a word that the tokenizer leaves nothing of", () => {
    expect(encode([["a", "~", "a"]])[0]?.positions).toEqual([1, undefined, 2]);
  });

  it("goes on in further encodings where a sentence is too long", () => {
    const encoded = encode([["abcd", "ef", "ghij", "k"]], 5);
    expect(encoded.map(({ firstWord, positions }) => [firstWord, positions])).toEqual([
      [0, [1, 3]],
      [2, [1, 3]],
    ]);
    expect(encoded.map(({ encoding }) => encoding.ids.length)).toEqual([5, 5]);
  });

  it("cuts a word that is too long by itself", () => {
    const encoded = encode([["a", "bcdefghijk", "l"]], 4);
    expect(
      encoded.map(({ firstWord, encoding, positions }) => [firstWord, encoding.ids.length, positions]),
    ).toEqual([
      [0, 3, [1]],
      [1, 4, [1]],
      [2, 3, [1]],
    ]);
  });

  it("has every word in one encoding, at its own token, however long a model reads", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "~"), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 3, max: 12 }), (words, maxLength) => {
        const encoded = encode([words], maxLength);
        const found = encoded.flatMap(({ encoding, positions }) => {
          expect(encoding.ids.length).toBeLessThanOrEqual(maxLength);
          expect([encoding.ids[0], encoding.ids.at(-1)]).toEqual([1, 2]);
          return positions.map((position) => (position === undefined ? undefined : encoding.ids[position]));
        });
        expect(found).toEqual(
          words.map((own) => {
            const first = own.replaceAll("~", "")[0];
            return first === undefined ? undefined : 10 + first.charCodeAt(0);
          }),
        );
        expect(encoded.map(({ firstWord }) => firstWord)).toEqual(
          encoded.map((_, i) =>
            encoded.slice(0, i).reduce((sum, { positions }) => sum + positions.length, 0),
          ),
        );
      }),
    );
  });

  it("says what is missing", () => {
    expect(() => encode([["a"]], 2)).toThrow("maxLength 2 has no room for text beside 2 special tokens");
    const dumb = { encode: tokenizer.encode } as Tokenizer;
    expect(() => encodeWords(dumb, [["a"]], { maxLength: 9 })).toThrow(ConfigError);
  });
});

describe("wordLabels", () => {
  it("labels each word's first token and ignores all others", () => {
    const sentences = [["abcd", "ef", "~", "ghij"], ["kl"]];
    const labels = [[3, 4, 5, 6], [7]];
    expect(wordLabels(encode(sentences, 5), labels)).toEqual([
      [-100, 3, -100, 4, -100],
      [-100, 6, -100, -100],
      [-100, 7, -100],
    ]);
  });
});
