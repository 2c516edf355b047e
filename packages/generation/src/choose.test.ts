import { seededRandom } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawn, mostProbable, topIndices } from "./choose.js";

describe("mostProbable", () => {
  it("takes the first of the largest", () => {
    expect(mostProbable(Float32Array.of(1, 3, 2, 3))).toBe(1);
    expect(mostProbable(Float32Array.of(-Infinity, -5))).toBe(1);
  });
});

describe("drawn", () => {
  it("draws tokens as often as they are probable, and never one that is ruled out", () => {
    const random = seededRandom(3);
    const logits = Float32Array.of(Math.log(6), -Infinity, Math.log(3), Math.log(1));
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) counts[drawn(logits, random)]! += 1;
    expect(counts[1]).toBe(0);
    [0.6, 0, 0.3, 0.1].forEach((probability, id) => {
      expect(counts[id]! / 4000).toBeCloseTo(probability, 1);
    });
  });

  it("gives a token also where the random number is as large as it can be", () => {
    const random = { ...seededRandom(0), uniform: () => 1 - 2 ** -53 };
    expect(drawn(Float32Array.of(0.1, 0.2, 0.3), random)).toBe(2);
  });
});

describe("topIndices", () => {
  it("is the front of all indices sorted by value", () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 6 }), (list, count) => {
        const sorted = [...list.keys()].sort((a, b) => list[b]! - list[a]!);
        expect(topIndices(Float32Array.from(list), count)).toEqual(sorted.slice(0, count));
      }),
    );
  });
});
