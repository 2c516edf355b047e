import { ConfigError, FormatError, type NamedTensors } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { expect, it } from "vitest";
import { type FeatureStore, storedFeatures } from "./stored-features.js";

const features = { x: tensor("float32", [1, 1], [7]) };
const fingerprint = "f";

/** A store in memory, and what was computed and warned of. */
function setUp(faults: Partial<FeatureStore> = {}) {
  const kept = new Map<string, NamedTensors>();
  const seen = { kept, computed: 0, found: 0, warnings: [] as string[] };
  const store: FeatureStore = {
    load: (key) => Promise.resolve(kept.get(key)),
    save: (key, value) => Promise.resolve(void kept.set(key, value)),
    ...faults,
  };
  const read = (key = fingerprint) =>
    storedFeatures({
      store,
      fingerprint: key,
      compute: () => {
        seen.computed++;
        return Promise.resolve(features);
      },
      onFound: () => seen.found++,
      onWarning: (message) => seen.warnings.push(message),
    });
  return { seen, read };
}

it("computes features once for each fingerprint", async () => {
  const { seen, read } = setUp();
  expect([await read(), await read(), await read()]).toEqual([features, features, features]);
  expect(seen).toMatchObject({ computed: 1, found: 2, warnings: [] });
  await read("another");
  expect(seen.computed).toBe(2);
});

it("computes them anew, with a warning, where the stored ones are damaged", async () => {
  const { seen, read } = setUp({ load: () => Promise.reject(new FormatError("a.safetensors is damaged.")) });
  expect(await read()).toBe(features);
  expect(seen.warnings).toEqual(["a.safetensors is damaged. They are computed anew."]);
  expect(seen.kept.get(fingerprint)).toBe(features);
});

it("goes on, with a warning, where they cannot be stored", async () => {
  const { seen, read } = setUp({ save: () => Promise.reject(new ConfigError("The disk is full.")) });
  expect(await read()).toBe(features);
  expect(seen.warnings).toEqual(["The disk is full. The next run will compute them again."]);
});

it("passes on what is no failure of the store's", async () => {
  const { read } = setUp({ load: () => Promise.reject(new TypeError("a bug")) });
  await expect(read()).rejects.toThrow(TypeError);
});
