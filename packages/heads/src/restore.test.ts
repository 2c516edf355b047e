import { ConfigError, type Head, type ModuleConfig, type NamedTensors } from "@incipit/core";
import { initializers, seededRandom, tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { evaluateHead, specOf } from "../test/evaluate-head.js";
import { labelSimilarity } from "./label-similarity.js";
import { lateFusion } from "./late-fusion.js";
import { modelOutput } from "./model-output.js";
import { modelOutputs } from "./model-outputs.js";
import { pooledHead } from "./pooled-head.js";
import { regressionHead } from "./regression-head.js";
import { restoreHead } from "./restore.js";
import { softmaxHead } from "./softmax-head.js";
import { spanHead } from "./span-head.js";
import { modelTokens, tokenHead } from "./token-head.js";

const random = seededRandom(1);
const normal = (...shape: number[]) => initializers.normal()(random, shape);

const inputs = {
  features: { tokens: normal(2, 4, 3), pooled: normal(2, 3), logits: normal(2, 5) },
  mask: tensor("int64", [2, 4], [1, 1, 1, 1, 1, 1, 1, 0]),
  textMask: tensor("int64", [2, 4], [0, 1, 1, 1, 0, 1, 1, 0]),
  virtualTokens: 1,
};
const features = Object.fromEntries(
  Object.entries(inputs.features).map(([name, feature]) => [name, specOf(feature)]),
);

const heads: Readonly<Record<string, Head>> = {
  softmax: softmaxHead({ labels: 3 }),
  "softmax over tokens": softmaxHead({ labels: 2, feature: "tokens", pooling: "after-prompt" }),
  "label similarity": labelSimilarity({ embeddings: normal(4, 3) }),
  "label similarity over tokens": labelSimilarity({
    embeddings: normal(4, 3),
    scale: 7.5,
    feature: "tokens",
    pooling: "mean-all",
  }),
  "late fusion": lateFusion({ labels: 3 }),
  "late fusion over tokens": lateFusion({
    labels: 3,
    promptWidth: 2,
    feature: "tokens",
    pooling: "first",
  }),
  "model output": modelOutput(),
  "another model output": modelOutput("pooled"),
  "several model outputs": modelOutputs(["tokens", "pooled"]),
  "a head over tokens": tokenHead({ labels: 3 }),
  "a head over tokens of a feature": tokenHead({ labels: 2, feature: "tokens" }),
  "a model's own tags": modelTokens("tokens"),
  spans: spanHead(),
  "spans of a feature": spanHead({ feature: "tokens" }),
  "a number": regressionHead(),
  "a number of some unit": regressionHead({ mean: 7, deviation: 0.5, feature: "tokens", pooling: "first" }),
  "a vector of length 1": pooledHead({ normalize: true }),
  "a pooled feature": pooledHead({ feature: "tokens", pooling: "mean-all" }),
};

/** As a file would give it back. */
const reread = (head: Head) => JSON.parse(JSON.stringify(head.config)) as ModuleConfig;

describe("restoreHead", () => {
  it.each(Object.keys(heads))(
    "makes %s again, computing the same from the saved parameters",
    async (name) => {
      const original = heads[name]!;
      const restored = restoreHead(reread(original));
      expect(restored.config).toEqual(original.config);
      const specs = (head: Head) =>
        head.parameters({ features }).map(({ name, shape, group }) => ({ name, shape, group }));
      expect(specs(restored)).toEqual(specs(original));
      const saved: NamedTensors = Object.fromEntries(
        original.parameters({ features }).map((spec) => [spec.name, spec.initialize(seededRandom(2))]),
      );
      const outputs = await evaluateHead(original, { ...inputs, parameters: saved });
      expect(await evaluateHead(restored, { ...inputs, parameters: saved })).toEqual(outputs);
    },
  );

  it("makes types of one's own, and prefers them", () => {
    const own = modelOutput();
    expect(restoreHead({ type: "own" }, { own: () => own })).toBe(own);
    expect(restoreHead({ type: "softmax" }, { softmax: () => own })).toBe(own);
  });

  it.each(["oracle", "constructor", ""])(
    'names the types that it knows when "%s" is none of them',
    (type) => {
      const restoring = () => restoreHead({ type }, { own: () => modelOutput() });
      expect(restoring).toThrow(ConfigError);
      expect(restoring).toThrow(
        `type "${type}"; known are softmax, label-similarity, late-fusion, model-output, model-outputs, model-spans, model-tokens, pooled, regression, span, tokens, verbalizer, own`,
      );
    },
  );

  it.each([
    [{ type: "softmax" }, '"labels" a positive integer, got undefined'],
    [{ type: "softmax", labels: "3" }, '"labels" a positive integer, got "3"'],
    [{ type: "softmax", labels: 1 }, "at least two labels, got 1"],
    [
      { type: "softmax", labels: 3, pooling: "max" },
      '"pooling" mean or mean-all or first or after-prompt, got "max"',
    ],
    [{ type: "softmax", labels: 3, feature: 4 }, '"feature" a name, got 4'],
    [{ type: "label-similarity", labels: 3, width: 1.5, scale: 1 }, '"width" a positive integer, got 1.5'],
    [{ type: "label-similarity", labels: 3, width: 2 }, '"scale" a number, got undefined'],
    [{ type: "late-fusion", labels: 3, promptWidth: -2 }, '"promptWidth" a positive integer, got -2'],
    [{ type: "model-output", feature: null }, '"feature" a name, got null'],
  ] as const)("refuses %o", (config, message) => {
    expect(() => restoreHead(config)).toThrow(ConfigError);
    expect(() => restoreHead(config)).toThrow(message);
  });
});
