import { ConfigError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bare, bert, roberta, wordTokenizer } from "../test/word-tokenizer.js";
import { encodeExamples } from "./encode.js";

const words = (count: number) => new Array<string>(count).fill("word").join(" ");

describe("encodeExamples", () => {
  it("leaves texts that fit as the tokenizer makes them", () => {
    const tokenizer = wordTokenizer(bert);
    const examples = [
      { text: "a b", label: "ignored" },
      { text: "a", pair: "b c" },
    ];
    expect(encodeExamples(tokenizer, examples, { maxLength: 6 })).toEqual([
      tokenizer.encode("a b"),
      tokenizer.encode("a", { pair: "b c" }),
    ]);
  });

  it.each([
    ["BERT", bert, [101, 1000, 1001, 102]],
    ["RoBERTa", roberta, [0, 1000, 1001, 2]],
    ["no", bare, [1000, 1001, 1002, 1003]],
  ])("cuts the end of a text and keeps %s special tokens", (_, frame, ids) => {
    expect(encodeExamples(wordTokenizer(frame), [{ text: words(9) }], { maxLength: 4 })[0]?.ids).toEqual(ids);
  });

  it("cuts the longer text of a pair first, and its segment ids with it", () => {
    const encode = (first: number, second: number, maxLength: number) =>
      encodeExamples(wordTokenizer(bert), [{ text: words(first), pair: words(second) }], { maxLength })[0];
    expect(encode(9, 1, 6)).toEqual({ ids: [101, 1000, 1001, 102, 2000, 102], typeIds: [0, 0, 0, 0, 1, 1] });
    expect(encode(1, 9, 6)).toEqual({ ids: [101, 1000, 102, 2000, 2001, 102], typeIds: [0, 0, 0, 1, 1, 1] });
    expect(encode(9, 9, 6)).toEqual({ ids: [101, 1000, 1001, 102, 2000, 102], typeIds: [0, 0, 0, 0, 1, 1] });
  });

  it("gives exactly maxLength tokens of what is longer: a prefix of each text in the whole frame", () => {
    const frames = fc.constantFrom(bert, roberta, bare);
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        frames,
        size,
        fc.option(size, { nil: undefined }),
        fc.integer({ min: 5, max: 20 }),
        (frame, n, m, max) => {
          const pair = m === undefined ? {} : { pair: words(m) };
          const [encoding] = encodeExamples(wordTokenizer(frame), [{ text: words(n), ...pair }], {
            maxLength: max,
          });
          const { ids } = encoding!;
          const [first, second] = [1000, 2000].map((from) =>
            ids.filter((id) => id >= from && id < from + 1000),
          );
          const full = wordTokenizer(frame).encode(words(n), pair).ids.length;
          expect(ids).toHaveLength(Math.min(full, max));
          expect(ids).toEqual(frame(first!, m === undefined ? undefined : second));
          expect(first).toEqual(first!.map((_, index) => 1000 + index));
          expect(second).toEqual(second!.map((_, index) => 2000 + index));
        },
      ),
    );
  });

  it("refuses a length that has room for special tokens only", () => {
    expect(() => encodeExamples(wordTokenizer(bert), [{ text: words(3) }], { maxLength: 2 })).toThrow(
      ConfigError,
    );
    expect(() => encodeExamples(wordTokenizer(bert), [{ text: words(3) }], { maxLength: 2 })).toThrow(
      /maxLength 2 has no room for text beside 2 special tokens/u,
    );
  });
});
