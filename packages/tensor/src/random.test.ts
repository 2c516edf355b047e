import { ConfigError, type Random } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sample, seededRandom, shuffle } from "./random.js";

const draw = (count: number, random: Random, kind: "uniform" | "normal") =>
  Array.from({ length: count }, () => random[kind]());
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("seededRandom", () => {
  // The uniforms are those of a C program made of the authors' reference implementations.
  test("gives the same numbers for ever", () => {
    expect(draw(3, seededRandom(0), "uniform")).toEqual([
      0.27435139867241465, 0.9841235398632012, 0.7985927845759727,
    ]);
    expect(draw(3, seededRandom("incipit"), "uniform")).toEqual([
      0.7455987822107124, 0.3946224565464064, 0.5317136263615084,
    ]);
    expect(draw(2, seededRandom(0), "normal")).toEqual([0.7968799028134612, 0.6124740297161483]);
    expect(seededRandom(0).stream("a").uniform()).toBe(0.38448559980179875);
  });

  test("takes a number and its text for the same seed, and others for others", () => {
    expect(seededRandom(7).uniform()).toBe(seededRandom("7").uniform());
    const firsts = Array.from({ length: 1000 }, (_, seed) => seededRandom(seed).uniform());
    expect(new Set(firsts).size).toBe(1000);
  });

  test("draws uniforms from all of [0, 1)", () => {
    const values = draw(20_000, seededRandom(1), "uniform");
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const counts = new Array<number>(10).fill(0);
    for (const value of values) counts[Math.floor(value * 10)]! += 1;
    // Five standard deviations around 2000.
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000 * 0.9));
  });

  test("draws standard normals", () => {
    const values = draw(20_000, seededRandom(2), "normal");
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(values.map((value) => value ** 4))).toBeGreaterThan(2.7);
    expect(mean(values.map((value) => value ** 4))).toBeLessThan(3.3);
  });

  test("draws every integer below the bound and no other", () => {
    const random = seededRandom(3);
    expect(new Set(Array.from({ length: 200 }, () => random.integer(5)))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(random.integer(1)).toBe(0);
  });

  test.each([0, -1, 1.5, NaN])("refuses the bound %d", (bound) => {
    expect(() => seededRandom(0).integer(bound)).toThrow(ConfigError);
  });
});

describe("stream", () => {
  test("leaves its parent undisturbed", () => {
    const [parent, alone] = [seededRandom(4), seededRandom(4)];
    const child = parent.stream("prompt");
    draw(10, child, "uniform");
    expect(draw(5, parent, "uniform")).toEqual(draw(5, alone, "uniform"));
  });

  test("depends on seed and name alone, not on what was drawn", () => {
    const parent = seededRandom(4);
    const early = parent.stream("head").uniform();
    draw(3, parent, "uniform");
    expect(parent.stream("head").uniform()).toBe(early);
  });

  test("differs by name, by seed and by nesting", () => {
    const firsts = [
      seededRandom(1),
      seededRandom(1).stream("a"),
      seededRandom(1).stream("b"),
      seededRandom(2).stream("a"),
      seededRandom(1).stream("a").stream("b"),
      seededRandom(1).stream("ab"),
    ].map((random) => random.uniform());
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe("shuffle and sample", () => {
  const seeds = fc.integer();
  const lists = fc.array(fc.integer());

  test("a shuffle is a permutation and leaves its input alone", () => {
    fc.assert(
      fc.property(seeds, lists, (seed, items) => {
        const before = [...items];
        const shuffled = shuffle(seededRandom(seed), items);
        expect(items).toEqual(before);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
      }),
    );
  });

  test("every order comes up equally often", () => {
    const random = seededRandom(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffle(random, ["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test("a sample takes each place at most once", () => {
    fc.assert(
      fc.property(seeds, fc.nat(20), fc.nat(20), (seed, size, rest) => {
        const places = Array.from({ length: size + rest }, (_, i) => i);
        const chosen = sample(seededRandom(seed), places, size);
        expect(chosen).toHaveLength(size);
        expect(new Set(chosen).size).toBe(size);
      }),
    );
  });

  test("the same seed gives the same order", () => {
    expect(shuffle(seededRandom(1), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([4, 5, 1, 3, 2, 0, 6, 8, 9, 7]);
    expect(sample(seededRandom(1), ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"], 3)).toEqual([
      "e",
      "f",
      "b",
    ]);
  });

  test("refuses to take more than there is", () => {
    expect(() => sample(seededRandom(1), ["a"], 2)).toThrow(
      expect.objectContaining({
        name: "ConfigError",
        message: "sample: cannot take 2 of 1 items without replacement; ask for 0 to 1.",
      }),
    );
  });
});
