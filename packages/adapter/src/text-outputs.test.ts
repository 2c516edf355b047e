import { ConfigError, type Backbone, type ModuleConfig } from "@incipit/core";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { tensor, zeros } from "@incipit/tensor";
import { expect, it } from "vitest";
import { restoreEmbedder } from "./embedder.js";
import { restoreRegressor } from "./regressor.js";

/** A model that tells of each text its number of letters, and twice that, whatever its head is. */
const backbone: Backbone = {
  name: "fake",
  fingerprint: "f",
  embeddings: { size: 9, width: 4, rms: 1, rows: (ids) => zeros("float32", [ids.length, 4]) },
  features: {},
  tokenizer: {
    vocabularySize: 9,
    padId: 0,
    fingerprint: "t",
    encode: (text, { pair = "" } = {}) => ({ ids: Array.from(text + pair, () => 1) }),
    decode: () => "",
    token: () => "",
  },
  maxLength: 8,
  placement: "front",
  compile: ({ head }) =>
    Promise.resolve({
      ...{ parameters: [], trainable: [], step: () => Promise.reject(new Error("not of interest here")) },
      predict({ attention_mask: mask }) {
        const [rows = 0, width = 0] = mask!.shape;
        const counts = Array.from({ length: rows }, (_, row) =>
          Array.from(mask!.data, Number)
            .slice(row * width, (row + 1) * width)
            .reduce((sum, value) => sum + value, 0),
        );
        return Promise.resolve(
          head.config?.type === "regression"
            ? { prediction: tensor("float32", [rows, 1], counts) }
            : {
                embedding: tensor(
                  "float32",
                  [rows, 2],
                  counts.flatMap((count) => [count, 2 * count]),
                ),
              },
        );
      },
      dispose: () => Promise.resolve(),
    }),
  encode: () => Promise.reject(new Error("not of interest here")),
  dispose: () => Promise.resolve(),
};

const adapterFor = (head: ModuleConfig) => ({
  parameters: { [PROMPT_EMBEDDINGS]: zeros("float32", [3, 4]) },
  head,
});

it("an embedder gives a vector per text, and cuts texts that are too long", async () => {
  const embedder = await restoreEmbedder(adapterFor({ type: "pooled", normalize: true }), backbone);
  expect(embedder.maxLength).toBe(5);
  expect(await embedder.embed(["ab", "abcdefg"])).toEqual([
    [2, 4],
    [5, 10],
  ]);
  expect(await embedder.embed([])).toEqual([]);
  await embedder.dispose();
});

it("a regressor gives a number per text or pair of texts", async () => {
  const regressor = await restoreRegressor(adapterFor({ type: "regression" }), backbone, { maxLength: 4 });
  expect(await regressor.predict(["ab", { text: "a", pair: "bc" }])).toEqual([2, 3]);
  await regressor.dispose();
});

it("what a head does not tell is not made up", async () => {
  const regressor = await restoreRegressor(adapterFor({ type: "pooled" }), backbone);
  await expect(regressor.predict(["ab"])).rejects.toThrow(ConfigError);
  await expect(regressor.predict(["ab"])).rejects.toThrow('no "prediction" here');
});
