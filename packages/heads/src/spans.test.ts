import { ConfigError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestSpan } from "./spans.js";

describe("bestSpan", () => {
  it("begins and ends where the logits' sum is largest, not before it begins", () => {
    expect(bestSpan([0, 1, 5, 0], [9, 0, 1, 3], { maxTokens: 4 })).toEqual({ start: 0, end: 0, score: 9 });
    expect(bestSpan([0, 1, 8, 0], [9, 0, 1, 3], { maxTokens: 4 })).toEqual({ start: 2, end: 3, score: 11 });
  });

  it("is no longer than it may be", () => {
    expect(bestSpan([9, 0, 0, 1], [0, 0, 0, 9], { maxTokens: 2 })).toEqual({ start: 3, end: 3, score: 10 });
  });

  it("begins and ends where it is allowed, or nowhere", () => {
    const allowed = (position: number) => position === 1 || position === 2;
    expect(bestSpan([9, 1, 2, 0], [0, 1, 3, 9], { maxTokens: 4, allowed })).toMatchObject({
      start: 2,
      end: 2,
    });
    expect(bestSpan([1], [1], { maxTokens: 4, allowed: () => false })).toBeUndefined();
  });

  it("refuses answers of no token", () => {
    expect(() => bestSpan([1], [1], { maxTokens: 0 })).toThrow(ConfigError);
  });

  it("is the best of all spans", () => {
    const logits = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(
        logits,
        logits,
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (starts, ends, open, maxTokens) => {
          const spans = starts.flatMap((a, start) =>
            ends.flatMap((b, end) =>
              open[start] && open[end] && end >= start && end - start < maxTokens ? [a + b] : [],
            ),
          );
          const found = bestSpan(starts, ends, { maxTokens, allowed: (position) => open[position] === true });
          expect(found?.score).toBe(spans.length === 0 ? undefined : Math.max(...spans));
        },
      ),
    );
  });
});
