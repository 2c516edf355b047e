import { ConfigError } from "@incipit/core";
import { seededRandom, sliceRows, takeRows, tensor } from "@incipit/tensor";
import { expect, it } from "vitest";
import { table, tinyBackbone } from "../../test/tiny-backbone.js";
import { fromLabels } from "./labels.js";
import { fromVocabulary } from "./vocabulary.js";

const context = (virtualTokens: number) => ({ ...tinyBackbone, virtualTokens, random: seededRandom(3) });
const start = (labels: readonly string[], virtualTokens: number) =>
  fromLabels(labels)(context(virtualTokens));

it("gives each label the mean of its tokens' embeddings, in the labels' order", () => {
  // b = (3, 0); a, b and c: ((2, -1) + (3, 0) + (-5, 1)) / 3
  expect(start(["b", "abc", "aab"], 3)).toEqual(tensor("float32", [3, 2], [3, 0, 0, 0, 7 / 3, -2 / 3]));
});

it("samples what is left over from the vocabulary", () => {
  const prompt = start(["a"], 4);
  const sampled = fromVocabulary()(context(4));
  expect(sliceRows(prompt, 0, 1)).toEqual(takeRows(table, [1]));
  expect(sliceRows(prompt, 1)).toEqual(sliceRows(sampled, 1));
});

it("leaves out labels for which there is no virtual token", () => {
  expect(start(["a", "b", "c"], 2)).toEqual(takeRows(table, [1, 2]));
});

it("leaves the table as it was", () => {
  const rows = table.data.slice();
  const view = {
    ...tinyBackbone.embeddings,
    rows: (ids: readonly number[]) => sliceRows(table, 0, ids.length),
  };
  fromLabels(["abc"])({ ...context(2), embeddings: view });
  expect(table.data).toEqual(rows);
});

it("names a label that has no tokens", () => {
  expect(() => start(["a", "?"], 3)).toThrow(ConfigError);
  expect(() => start(["a", "?"], 3)).toThrow('the label "?" has no tokens');
});
