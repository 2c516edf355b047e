import { ConfigError, DataError } from "@incipit/core";
import { seededRandom } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kShot } from "./k-shot.js";

const numbered = (labels: readonly string[]) => labels.map((label, id) => ({ label, id }));

describe("kShot", () => {
  it("draws k of each label, none twice, in their original order", () => {
    const labels = fc
      .array(fc.constantFrom("a", "b", "c"))
      .map((more) => ["a", "a", "b", "b", "c", "c", ...more]);
    fc.assert(
      fc.property(labels, fc.integer({ min: 1, max: 2 }), fc.nat(), (list, k, seed) => {
        const drawn = kShot(numbered(list), k, seededRandom(seed));
        const ids = drawn.map(({ id }) => id);
        expect(drawn.map(({ label }) => label).sort()).toEqual(
          ["a", "b", "c"].flatMap((l) => new Array<string>(k).fill(l)),
        );
        expect(ids).toEqual([...new Set(ids)].sort((x, y) => x - y));
        expect(drawn.every(({ label, id }) => list[id] === label)).toBe(true);
      }),
    );
  });

  it("draws the same for the same seed, and reaches every example with others", () => {
    const all = numbered(["a", "a", "a", "a", "b"]);
    const draw = (seed: number) => kShot(all, 1, seededRandom(seed))[0]?.id;
    expect(draw(7)).toBe(draw(7));
    expect(new Set(Array.from({ length: 60 }, (_, seed) => draw(seed)))).toEqual(new Set([0, 1, 2, 3]));
  });

  it("refuses a label with fewer than k, naming it, and a k that is no number of examples", () => {
    expect(() => kShot(numbered(["a", "a", "b"]), 2, seededRandom(1))).toThrow(DataError);
    expect(() => kShot(numbered(["a", "a", "b"]), 2, seededRandom(1))).toThrow(
      /1 examples of the label "b"/u,
    );
    for (const k of [0, -1, 1.5, NaN]) expect(() => kShot([], k, seededRandom(1))).toThrow(ConfigError);
  });
});
