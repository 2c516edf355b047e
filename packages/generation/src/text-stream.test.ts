import type { Tokenizer } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteFallback, byteLevel, metaspace } from "../test/tokenizers.js";
import { textStream } from "./text-stream.js";

const INCOMPLETE = "\uFFFD";

function pieces(
  tokenizer: Tokenizer,
  ids: readonly number[],
  context: readonly number[] = [],
): readonly string[] {
  const stream = textStream(tokenizer, context);
  return [...ids.map((id) => stream.push(id)), stream.flush()];
}

/** Words of letters that tokenizers know and of others that take two to four bytes. */
const words = fc.string({
  unit: fc.constantFrom("t", "h", "e", " ", " the", "é", "…", "語", "😀", "\n"),
  maxLength: 12,
});

describe.each([
  ["byte-level", byteLevel],
  ["byte-fallback", byteFallback],
])("the text of a %s tokenizer", (_, tokenizer) => {
  it("comes whole, in pieces without incomplete characters", () => {
    fc.assert(
      fc.property(words, (text) => {
        const { ids } = tokenizer.encode(text);
        const parts = pieces(tokenizer, ids);
        expect(parts.join("")).toBe(tokenizer.decode(ids));
        expect(parts.join("")).toBe(text);
        for (const part of parts) {
          expect(part).not.toContain(INCOMPLETE);
          expect(() => encodeURIComponent(part)).not.toThrow(); // no half of a pair
        }
      }),
    );
  });

  it("goes on where a context ends, spaces included", () => {
    fc.assert(
      fc.property(words, fc.nat(40), (text, cut) => {
        const { ids } = tokenizer.encode(text);
        const known = ids.slice(0, cut);
        const before = tokenizer.decode(known);
        fc.pre(!before.includes(INCOMPLETE));
        expect(before + pieces(tokenizer, ids.slice(cut), known).join("")).toBe(text);
      }),
    );
  });

  it("keeps the space of a first word behind a context, and has none without", () => {
    const [the = 0] = tokenizer.encode(" the").ids.slice(-1);
    const context = tokenizer.encode("he").ids;
    expect(pieces(tokenizer, [the], context).join("")).toBe(" the");
  });

  it("says at the end that a character is incomplete", () => {
    const ids = tokenizer.encode("he😀").ids.slice(0, -1);
    const parts = pieces(tokenizer, ids);
    expect(parts.slice(0, -1).join("")).toBe("he");
    expect(parts.at(-1)).toContain(INCOMPLETE);
  });

  it("has nothing for special tokens", () => {
    const { ids } = tokenizer.encode("the the");
    expect(pieces(tokenizer, [0, ...ids, 0, 0]).join("")).toBe("the the");
  });
});

describe("the text of a tokenizer whose words begin with a mark", () => {
  it("has spaces between words, none before the first", () => {
    const { ids } = metaspace.encode("the the thee.");
    expect(pieces(metaspace, ids).join("")).toBe("the the thee.");
    expect(pieces(metaspace, ids.slice(1), ids.slice(0, 1))[0]).toBe(" the");
  });
});

it("never reads all of a long text again", () => {
  let longest = 0;
  const counting: Tokenizer = {
    ...byteLevel,
    decode(ids) {
      longest = Math.max(longest, ids.length);
      return byteLevel.decode(ids);
    },
  };
  pieces(counting, byteLevel.encode("the ".repeat(50)).ids);
  expect(longest).toBeLessThan(10);
});
