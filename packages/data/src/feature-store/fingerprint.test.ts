import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { featureFingerprint, type FeatureSource } from "./fingerprint.js";

const source: FeatureSource = {
  backbone: { fingerprint: "model", tokenizer: { fingerprint: "tokenizer" } },
  encodings: [{ ids: [1, 2] }, { ids: [3], typeIds: [0] }],
  features: ["embedding", "pooled"],
  settings: { pooling: "mean", precision: undefined },
};
const { backbone, encodings } = source;

describe("featureFingerprint", () => {
  it("is the same for the same model, texts and features, however they are listed", () => {
    const again: FeatureSource = {
      ...source,
      features: ["pooled", "embedding"],
      settings: { pooling: "mean" },
    };
    expect(featureFingerprint(again)).toBe(featureFingerprint(source));
    expect(featureFingerprint(source)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, Partial<FeatureSource>]>([
    ["the model", { backbone: { ...backbone, fingerprint: "other" } }],
    ["the tokenizer", { backbone: { ...backbone, tokenizer: { fingerprint: "other" } } }],
    ["a token", { encodings: [{ ids: [1, 9] }, { ids: [3], typeIds: [0] }] }],
    ["a token's segment", { encodings: [{ ids: [1, 2] }, { ids: [3], typeIds: [1] }] }],
    ["the order of the texts", { encodings: encodings.toReversed() }],
    ["the features", { features: ["embedding"] }],
    ["a setting", { settings: { pooling: "first" } }],
    ["a setting that was not given", { settings: { pooling: "mean", precision: "int8" } }],
  ])("is another where %s is another", (_, change) => {
    expect(featureFingerprint({ ...source, ...change })).not.toBe(featureFingerprint(source));
  });

  it("tells lists of texts apart that have the same tokens", () => {
    const list = fc.array(fc.array(fc.nat(2), { maxLength: 3 }), { maxLength: 4 });
    const of = (lists: readonly (readonly number[])[]) =>
      featureFingerprint({ ...source, encodings: lists.map((ids) => ({ ids })) });
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(of(a) === of(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});
