import { ConfigError } from "@incipit/core";
import { seededRandom } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stratifiedSplit } from "./split.js";

interface Numbered {
  readonly label: string;
  readonly id: number;
}
const numbered = (labels: readonly string[]): Numbered[] => labels.map((label, id) => ({ label, id }));
const examples = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 60 }).map(numbered);
const fractions = fc.constantFrom<Record<string, number>>(
  { train: 0.8, test: 0.2 },
  { train: 0.7, validation: 0.1, test: 0.2 },
  { a: 1 / 3, b: 1 / 3, c: 1 / 3 },
  { small: 0.05, large: 0.95 },
);
const count = (part: readonly Numbered[], label: string) =>
  part.filter((example) => example.label === label).length;

describe("stratifiedSplit", () => {
  it("puts every example into exactly one part, in its original order", () => {
    fc.assert(
      fc.property(examples, fractions, fc.nat(), (all, shares, seed) => {
        const parts = Object.values(stratifiedSplit(all, shares, seededRandom(seed)));
        expect(parts.flat().sort((x, y) => x.id - y.id)).toEqual(all);
        for (const part of parts) expect([...part].sort((x, y) => x.id - y.id)).toEqual(part);
      }),
    );
  });

  it("gives each part its share of each label to within one, once there are enough examples", () => {
    fc.assert(
      fc.property(examples, fractions, fc.nat(), (all, shares, seed) => {
        const parts = stratifiedSplit(all, shares, seededRandom(seed));
        for (const label of ["a", "b", "c"]) {
          const total = count(all, label);
          for (const [part, share] of Object.entries(shares)) {
            const own = count(parts[part]!, label);
            if (total >= 20) expect(Math.abs(own - total * share)).toBeLessThanOrEqual(1 + 1e-9);
            if (total >= Object.keys(shares).length) expect(own).toBeGreaterThan(0);
          }
        }
      }),
    );
  });

  it("gives the exact shares where they are whole, and over all labels where they are not", () => {
    const labels = (times: number) =>
      ["a", "b", "c", "d", "e"].flatMap((label) => new Array<string>(times).fill(label));
    const sizes = (all: Numbered[]) =>
      Object.values(stratifiedSplit(all, { train: 0.7, test: 0.3 }, seededRandom(1))).map(
        (part) => part.length,
      );
    expect(sizes(numbered(labels(10)))).toEqual([35, 15]);
    // 2.1 and 0.9 of each label: 10.5 and 4.5 altogether.
    expect(sizes(numbered(labels(3)))).toEqual([10, 5]);
  });

  it("puts a label with fewer examples than parts into the largest ones", () => {
    const split = stratifiedSplit(
      numbered(["a", "b", "b"]),
      { test: 0.2, validation: 0.1, train: 0.7 },
      seededRandom(3),
    );
    expect(split.train.map(({ label }) => label)).toEqual(["a", "b"]);
    expect(split.test.map(({ label }) => label)).toEqual(["b"]);
    expect(split.validation).toEqual([]);
  });

  it("is the same for the same seed, another for another, and for a label whatever the others are", () => {
    const all = numbered(Array.from({ length: 40 }, (_, index) => (index % 2 ? "a" : "b")));
    const ids = (list: Numbered[], seed: number, label: string) =>
      stratifiedSplit(list, { train: 0.5, test: 0.5 }, seededRandom(seed))
        .train.filter((example) => example.label === label)
        .map(({ id }) => id);
    expect(ids(all, 1, "a")).toEqual(ids(all, 1, "a"));
    expect(ids(all, 1, "a")).not.toEqual(ids(all, 2, "a"));
    const renamed = all.map(({ label, id }) => ({ label: label === "b" ? "c" : label, id }));
    expect(ids(renamed, 1, "a")).toEqual(ids(all, 1, "a"));
  });

  it.each([{ train: 0.8, test: 0.1 }, { train: 1, test: 0 }, { train: 1.5, test: -0.5 }, {}])(
    "refuses the fractions %j",
    (shares: Record<string, number>) => {
      expect(() => stratifiedSplit(numbered(["a"]), shares, seededRandom(1))).toThrow(ConfigError);
    },
  );
});
