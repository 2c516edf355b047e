import { DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConll, parseTaggedJsonl, tagIndices, tagSet } from "./tagged.js";

describe("parseConll", () => {
  it("reads a word and a tag from each line, and a sentence between blank ones", () => {
    expect(parseConll("Ada\tB-PER\nsings\tO\n\n \nIn O\r\nRome  B-LOC\n")).toEqual([
      { words: ["Ada", "sings"], tags: ["B-PER", "O"], line: 1 },
      { words: ["In", "Rome"], tags: ["O", "B-LOC"], line: 5 },
    ]);
  });

  it("takes the first column and the last, and skips where documents begin", () => {
    const conll2003 =
      "\uFEFF-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n-DOCSTART- -X- -X- O\nBonn NNP B-NP B-LOC";
    expect(parseConll(conll2003)).toEqual([
      { words: ["EU", "rejects"], tags: ["B-ORG", "O"], line: 3 },
      { words: ["Bonn"], tags: ["B-LOC"], line: 6 },
    ]);
  });

  it("keeps blanks within words where tabs part the columns", () => {
    expect(parseConll("New York\tB-LOC")[0]?.words).toEqual(["New York"]);
  });

  it.each([
    [
      "a word without a tag",
      "Ada B-PER\nsings",
      'ner.conll, line 2: expected a word and its tag, with a tab or a blank between, got "sings"',
    ],
    ["an empty tag", "Ada\t", "ner.conll, line 1: expected a word and its tag"],
    ["an empty word", "\tO", "ner.conll, line 1: expected a word and its tag"],
    ["no sentence", "\n\n", "ner.conll: there are no examples in it"],
  ])("refuses %s", (_, content, message) => {
    expect(() => parseConll(content, { name: "ner.conll" })).toThrow(DataError);
    expect(() => parseConll(content, { name: "ner.conll" })).toThrow(message);
  });

  it("gives back what was written", () => {
    const word = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((text) => /^\S+$/u.test(text) && text !== "-DOCSTART-" && !text.startsWith("\uFEFF"));
    const sentence = fc.array(fc.tuple(word, word), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1 }), fc.constantFrom("\t", " "), (sentences, blank) => {
        const content = sentences
          .map((pairs) => pairs.map((pair) => pair.join(blank)).join("\n"))
          .join("\n\n");
        expect(parseConll(content).map(({ words, tags }) => words.map((own, i) => [own, tags[i]]))).toEqual(
          sentences,
        );
      }),
    );
  });
});

describe("parseTaggedJsonl", () => {
  it("reads tokens and tags of each line", () => {
    expect(
      parseTaggedJsonl(
        '{"id": 7, "tokens": ["Ada", "sings"], "tags": ["B-PER", "O"]}\n\n{"tokens": ["Hm"], "tags": ["O"]}',
      ),
    ).toEqual([
      { words: ["Ada", "sings"], tags: ["B-PER", "O"], line: 1 },
      { words: ["Hm"], tags: ["O"], line: 3 },
    ]);
  });

  it.each([
    [
      "a text",
      '{"tokens": "Ada", "tags": ["O"]}',
      'line 1: field "tokens" must be a list of strings, as in .+, got a string',
    ],
    [
      "no tags",
      '{"tokens": ["Ada"]}',
      'line 1: field "tags" must be a list of strings, as in .+, got nothing',
    ],
    ["no words", '{"tokens": [], "tags": []}', 'line 1: field "tokens" must be .+, got an empty one'],
    [
      "a tag that is a number",
      '{"tokens": ["a", "b"], "tags": ["O", 3]}',
      'line 1: entry 2 of "tags" must be a string, got a number',
    ],
    [
      "an empty word",
      '{"tokens": [" "], "tags": ["O"]}',
      'line 1: entry 1 of "tokens" must be a string, got an empty one',
    ],
    ["one tag too few", '{"tokens": ["a", "b"], "tags": ["O"]}', "line 1: there are 2 tokens but 1 tags"],
    ["what is no object", '["a"]', "line 1: expected a JSON object such as .+tokens.+, got an array"],
  ])("refuses %s", (_, content, message) => {
    expect(() => parseTaggedJsonl(content, { name: "ner.jsonl" })).toThrow(DataError);
    expect(() => parseTaggedJsonl(content, { name: "ner.jsonl" })).toThrow(
      new RegExp(`^ner\\.jsonl, ${message}`, "u"),
    );
  });
});

describe("tagSet and tagIndices", () => {
  const sentences = parseConll("Ada B-PER\nsings O\n\nIn O\nRome B-LOC");

  it("number the tags in code-unit order", () => {
    const tags = tagSet(sentences);
    expect(tags).toEqual(["B-LOC", "B-PER", "O"]);
    expect(tagIndices(tags, sentences)).toEqual([
      [1, 2],
      [2, 0],
    ]);
  });

  it("refuse tags that say nothing, and those that training never saw", () => {
    expect(() => tagSet(parseConll("a O\nb O"), "ner.conll")).toThrow(
      'ner.conll: every word has the same tag, "O"',
    );
    expect(() => tagIndices(["B-PER", "O"], sentences, "test.conll")).toThrow(
      'test.conll, sentence of line 4: the tag "B-LOC" of "Rome" is not one of those in training, which are "B-PER", "O"',
    );
  });
});
