import { ConfigError } from "@incipit/core";
import { seededRandom } from "@incipit/tensor";
import fc from "fast-check";
import { expect, it } from "vitest";
import { table, tinyBackbone } from "../../test/tiny-backbone.js";
import { fromVocabulary } from "./vocabulary.js";

/** The ids whose rows were taken; all rows of the table are different. */
function drawnIds(virtualTokens: number, seed: number, firstIds?: number): number[] {
  const { data } = fromVocabulary(firstIds)({ ...tinyBackbone, virtualTokens, random: seededRandom(seed) });
  const row = (values: Float32Array, i: number) => values.slice(2 * i, 2 * i + 2).join();
  const rows = Array.from({ length: 5 }, (_, id) => row(table.data, id));
  return Array.from({ length: virtualTokens }, (_, i) => rows.indexOf(row(data, i)));
}

const seed = fc.integer();

it("takes rows of the table, each once while there are enough", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), seed, (virtualTokens, seed) => {
      const ids = drawnIds(virtualTokens, seed);
      expect(ids).not.toContain(-1);
      expect(new Set(ids).size).toBe(virtualTokens);
    }),
  );
});

it("takes every row equally often, give or take one, when there are more virtual tokens than rows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 23 }), seed, (virtualTokens, seed) => {
      const ids = drawnIds(virtualTokens, seed);
      const counts = [0, 1, 2, 3, 4].map((id) => ids.filter((drawn) => drawn === id).length);
      expect(Math.min(...counts)).toBe(Math.floor(virtualTokens / 5));
      expect(Math.max(...counts)).toBe(Math.ceil(virtualTokens / 5));
    }),
  );
});

it("reaches every row of the vocabulary", () => {
  const reached = new Set(Array.from({ length: 50 }, (_, seed) => drawnIds(1, seed)).flat());
  expect([...reached].sort()).toEqual([0, 1, 2, 3, 4]);
});

it("draws from the first ids only when told to", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), seed, (virtualTokens, seed) => {
      expect(Math.max(...drawnIds(virtualTokens, seed, 2))).toBeLessThan(2);
    }),
  );
});

it("draws from the whole vocabulary when that is smaller than the number of first ids", () => {
  expect(drawnIds(5, 0, 5000).sort()).toEqual([0, 1, 2, 3, 4]);
});

it.each([0, -1, 1.5, NaN])("refuses to draw from the first %s ids", (firstIds) => {
  expect(() => fromVocabulary(firstIds)).toThrow(ConfigError);
  expect(() => fromVocabulary(firstIds)).toThrow(`got ${firstIds}`);
});

it("says when there is no vocabulary", () => {
  const embeddings = { ...tinyBackbone.embeddings, size: 0 };
  const drawing = () =>
    fromVocabulary()({ ...tinyBackbone, embeddings, virtualTokens: 2, random: seededRandom(0) });
  expect(drawing).toThrow(ConfigError);
  expect(drawing).toThrow(/no vocabulary/);
});
