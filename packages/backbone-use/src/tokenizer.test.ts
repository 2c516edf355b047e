import { ConfigError, FormatError, type Tokenizer } from "@incipit/core";
import fc from "fast-check";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { originalTokenizer } from "../test/original-tokenizer.js";
import { madeUpTexts, ODD_TEXTS } from "../test/sentences.js";
import { useTokenizer } from "./tokenizer.js";

let tokenizer: Tokenizer;
let original: (text: string) => readonly number[];

beforeAll(async () => {
  [tokenizer, original] = await Promise.all([useTokenizer(), originalTokenizer()]);
});

const encode = (text: string) => tokenizer.encode(text).ids;

/** Texts of pieces of the vocabulary, runs of a character, odd texts, and any characters at all. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 7999 }).map((id) => tokenizer.token(id).replace("▁", " ")),
      fc
        .tuple(
          fc.constantFrom("-", "_", "=", "*", ".", "!", "?", ":", "o", "a", "0", "1", " "),
          fc.integer({ min: 1, max: 30 }),
        )
        .map(([character, count]) => character.repeat(count)),
      fc.constantFrom(...ODD_TEXTS.filter((text) => text.length < 100)),
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.string({ unit: "grapheme", maxLength: 10 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("the tokenizer", () => {
  test("gives the original's ids for whole sentences and odd texts", () => {
    for (const text of [...ODD_TEXTS, ...madeUpTexts(500)]) expect(encode(text)).toEqual(original(text));
  });

  test("gives the original's ids for any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(encode(text)).toEqual(original(text));
      }),
      { numRuns: 2000 },
    );
  });

  test("gives the original's ids where a text begins with a piece that has no score", () => {
    for (const text of [":", ":)", ":( sad", ":-) hi", ":30 pm", "://", "):", ":00", ": ::"]) {
      expect(encode(text)).toEqual(original(text));
    }
  });

  test("decodes what it encoded, up to compatibility forms, where it knows every character", () => {
    const pieces = Array.from({ length: 7994 }, (_, i) => tokenizer.token(i + 6).replaceAll("▁", " "));
    const characters = new Set(pieces.filter((piece) => Array.from(piece).length === 1));
    const known = fc
      .array(fc.constantFrom(...pieces))
      .map((some) => some.join("").normalize("NFKC"))
      // A mark may make another letter of the one before it.
      .filter((text) => Array.from(text).every((character) => characters.has(character)));
    fc.assert(
      fc.property(known, (text) => {
        expect(tokenizer.decode(encode(text))).toBe(text);
      }),
    );
  });

  test("gives unknown characters in a row one id", () => {
    expect(encode("日本語").filter((id) => id === 0)).toHaveLength(1);
    expect(tokenizer.token(0)).toBe("\ufffd");
  });

  test("never gives the padding id or another reserved one, not even for its text", () => {
    const text = [1, 2, 3, 4, 5].map((id) => tokenizer.token(id)).join(" ");
    expect(encode(text).filter((id) => id <= 5)).toEqual([]);
    expect(tokenizer.padId).toBeLessThanOrEqual(5);
  });

  test("puts the second text of a pair behind the first", () => {
    const { ids } = tokenizer.encode("one text", { pair: "another" });
    expect(ids).toEqual([...encode("one text"), ...encode("another")]);
  });

  test("has nothing for an empty text", () => {
    expect(encode("")).toEqual([]);
    expect(tokenizer.decode([])).toBe("");
  });

  test("tells what of any text each token stands for", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const offsets = tokenizer.offsets?.(text) ?? [];
        expect(offsets).toHaveLength(encode(text).length);
        const starts = offsets.map(([start]) => start);
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      }),
      // One character that is four words in Unicode's normal form.
      { examples: [["ﷺ"], ["a ﷺ b"]] },
    );
    const text = "The café, the café!";
    expect(
      tokenizer
        .offsets?.(text)
        .map(([start, end]) => text.slice(start, end))
        .join(""),
    ).toBe(text.replaceAll(" ", ""));
  });

  test("names vocabulary entries by id and refuses other ids", () => {
    expect(tokenizer.vocabularySize).toBe(8000);
    expect(tokenizer.token(9)).toBe("▁the");
    expect(() => tokenizer.token(8000)).toThrow(ConfigError);
    expect(() => tokenizer.token(-1)).toThrow(ConfigError);
  });

  test("has a fingerprint that stands for the vocabulary", async () => {
    expect(tokenizer.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect((await useTokenizer()).fingerprint).toBe(tokenizer.fingerprint);
    const other = await useTokenizer(await folderWith(JSON.stringify(vocabularyOf(8, -2))));
    const third = await useTokenizer(await folderWith(JSON.stringify(vocabularyOf(8, -3))));
    expect(new Set([tokenizer, other, third].map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  test.each([
    ["truncated", JSON.stringify(vocabularyOf(8, -2)).slice(0, -5)],
    ["no list", "{}"],
    ["without any piece", "[]"],
    ["of something else", JSON.stringify(Array.from({ length: 8 }, () => "piece"))],
  ])("refuses a vocabulary that is %s, naming the file", async (_, content) => {
    const folder = await folderWith(content);
    const loading = useTokenizer(folder);
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(join(folder, "vocab.json"));
  });
});

function vocabularyOf(size: number, score: number): [string, number][] {
  return Array.from({ length: size }, (_, id) => [`piece ${id}`, score]);
}

async function folderWith(vocabulary: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "incipit-use-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "vocab.json"), vocabulary);
  return folder;
}
