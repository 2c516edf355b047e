import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dropNearDuplicates, shingles } from "./duplicates.js";

const texts = (...list: string[]) => list.map((text) => ({ text }));

describe("shingles", () => {
  it("ignores case, digits and punctuation", () => {
    expect(shingles("Buy CHEAP toner, now! 4711")).toEqual(shingles("buy cheap toner now"));
    expect(shingles("buy cheap toner now").size).toBe(2);
  });

  it("takes a text of fewer than three words as one sequence", () => {
    expect(shingles("hello").size).toBe(1);
    expect(shingles("12 !").size).toBe(0);
  });
});

describe("dropNearDuplicates", () => {
  it("keeps the first of texts that differ in digits, case or a word", () => {
    const offer = "Toners and inkjet cartridges for less, we pride ourselves on rapid response";
    const items = texts(
      offer,
      "See you on Monday at the office",
      `${offer.toUpperCase()} 4711`,
      `${offer} XKQJ`,
    );
    expect(dropNearDuplicates(items)).toEqual(items.slice(0, 2));
  });

  it("keeps texts that share less than half", () => {
    const items = texts("one two three four five six", "one two three seven eight nine");
    expect(dropNearDuplicates(items)).toEqual(items);
  });

  it("drops texts without a word", () => {
    expect(dropNearDuplicates(texts("", "2002-08-22", "hello"))).toEqual(texts("hello"));
  });

  it("leaves no two texts that agree by half, and drops none without such a partner", () => {
    const word = fc.constantFrom("a", "b", "c", "d");
    const text = fc.array(word, { maxLength: 9 }).map((words) => words.join(" "));
    const agree = (a: string, b: string) => {
      const [x, y] = [shingles(a), shingles(b)];
      const shared = [...x].filter((shingle) => y.has(shingle)).length;
      return shared > 0 && shared / (x.size + y.size - shared) >= 0.5;
    };
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (list) => {
        const kept = dropNearDuplicates(texts(...list)).map((item) => item.text);
        kept.forEach((a, i) => {
          expect(kept.slice(i + 1).some((b) => agree(a, b))).toBe(false);
        });
        for (const a of list) expect(shingles(a).size === 0 || kept.some((b) => agree(a, b))).toBe(true);
        expect(dropNearDuplicates(texts(...kept)).map((item) => item.text)).toEqual(kept);
      }),
    );
  });
});
