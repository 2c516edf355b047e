import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutByLength } from "./cut-by-length.js";

const shapes = (lengths: readonly number[], concurrency: number, tokens = 1024) =>
  cutByLength(lengths, { tokens, concurrency, virtualTokens: 0 }).map(({ rows, width }) => [
    rows.length,
    width,
  ]);

describe("cutByLength", () => {
  it("takes each row once, in parts that hold their longest row and are no larger than allowed", () => {
    const options = fc.record({
      tokens: fc.integer({ min: 1, max: 200 }),
      virtualTokens: fc.nat(9),
      concurrency: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), options, (lengths, given) => {
        const parts = cutByLength(lengths, given);
        const rows = parts.flatMap((part) => part.rows);
        expect(rows.toSorted((a, b) => a - b)).toEqual(lengths.map((_, row) => row));
        for (const part of parts) {
          expect(part.width).toBe(Math.max(...part.rows.map((row) => lengths[row]!)));
          expect(part.positions).toBe(part.rows.length * (part.width + given.virtualTokens));
          expect(part.rows.length === 1 || part.positions <= given.tokens).toBe(true);
        }
        const sizes = parts.map(({ positions }) => positions);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      }),
    );
  });

  it("leaves rows of one length together where one part is run at a time", () => {
    expect(shapes(new Array<number>(8).fill(50), 1)).toEqual([[8, 50]]);
  });

  it("shares them out evenly among those that run side by side", () => {
    expect(shapes(new Array<number>(8).fill(50), 2)).toEqual([
      [4, 50],
      [4, 50],
    ]);
    expect(shapes(new Array<number>(9).fill(50), 3)).toEqual([
      [3, 50],
      [3, 50],
      [3, 50],
    ]);
  });

  it("finds the cut of a few rows that is done soonest", () => {
    expect(shapes([100, 100, 60, 60, 60, 60], 2)).toEqual([
      [4, 60],
      [2, 100],
    ]);
  });

  it("lets one long row be computed beside many short ones", () => {
    expect(shapes([128, 20, 20, 20, 20, 20, 20], 2)).toEqual([
      [1, 128],
      [6, 20],
    ]);
  });
});
