/** @file What holds for every initialiser. */
import { seededRandom } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tinyBackbone } from "../../test/tiny-backbone.js";
import { fromLabels } from "./labels.js";
import { fromRandom } from "./random.js";
import { fromText } from "./text.js";
import { fromVocabulary } from "./vocabulary.js";

const inits = {
  fromRandom: fromRandom(),
  fromVocabulary: fromVocabulary(),
  fromText: fromText("abc"),
  fromLabels: fromLabels(["a", "bc"]),
};

const prompt = (name: keyof typeof inits, virtualTokens: number, seed: number) =>
  inits[name]({ ...tinyBackbone, virtualTokens, random: seededRandom(seed) });

describe.each(Object.keys(inits) as (keyof typeof inits)[])("%s", (name) => {
  it("gives one row per virtual token, as wide as the table", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (virtualTokens, seed) => {
        const { dtype, shape, data } = prompt(name, virtualTokens, seed);
        expect({ dtype, shape }).toEqual({ dtype: "float32", shape: [virtualTokens, 2] });
        expect(data).toHaveLength(virtualTokens * 2);
      }),
    );
  });

  it("gives the same bytes for the same seed", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(prompt(name, 7, seed)).toEqual(prompt(name, 7, seed));
      }),
    );
  });
});

it.each(["fromRandom", "fromVocabulary", "fromLabels"] as const)(
  "%s draws something else for another seed",
  (name) => {
    expect(prompt(name, 7, 1)).not.toEqual(prompt(name, 7, 2));
  },
);
