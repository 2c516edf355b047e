import { readFileSync } from "node:fs";
import { ConfigError, FormatError, type Json, type ModuleConfig, type Parameters } from "@incipit/core";
import { readSafetensors, writeSafetensors } from "@incipit/safetensors";
import { tensor } from "@incipit/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Adapter } from "./adapter.js";
import { decodeAdapter, encodeAdapter, type Files } from "./files.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const jsonOf = (bytes: Uint8Array | undefined) => JSON.parse(textOf(bytes)) as Record<string, unknown>;
const namesOf = (bytes: Uint8Array | undefined) => Object.keys(readSafetensors(bytes!).tensors).toSorted();

const pick = (parameters: Parameters, names: readonly string[]): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => names.includes(name)));

const adapter: Adapter = {
  parameters: {
    "prompt.embeddings": tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]),
    "head.weight": tensor("float32", [2, 3], [6, 5, 4, 3, 2, 1]),
    "head.bias": tensor("float32", [2], [0.5, -0.5]),
    "prompt.scale": tensor("float32", [], [7]),
  },
  peft: {
    taskType: "SEQ_CLS",
    baseModel: "bert-base-uncased",
    layers: 12,
    attentionHeads: 12,
    modules: { head: "classifier" },
  },
  labels: ["ham", "spam"],
  prompt: { type: "soft-prompt", virtualTokens: 2 },
  placement: "after-first",
  head: { type: "softmax", labels: 2, pooling: "mean" },
  backbone: { name: "bert-base-uncased", fingerprint: "ab".repeat(32) },
  tokenizer: { fingerprint: "cd".repeat(32) },
  metrics: { accuracy: 0.9375, f1: NaN },
  provenance: {
    data: [{ file: "mails.csv", sha256: "ef".repeat(32) }],
    seed: 7,
    options: { learningRates: { prompt: 0.1 }, schedule: ["linear", null] },
    versions: { incipit: "1.0.0" },
    created: "2024-05-01T12:00:00Z",
  },
};

describe("the files of an adapter", () => {
  const files = encodeAdapter(adapter);

  it("have exactly the config that PEFT writes, without what old versions of it do not know", () => {
    expect(textOf(files["adapter_config.json"])).toBe(`{
  "auto_mapping": null,
  "base_model_name_or_path": "bert-base-uncased",
  "inference_mode": true,
  "modules_to_save": [
    "classifier",
    "score"
  ],
  "num_attention_heads": 12,
  "num_layers": 12,
  "num_transformer_submodules": 1,
  "num_virtual_tokens": 2,
  "peft_type": "PROMPT_TUNING",
  "prompt_tuning_init": "RANDOM",
  "prompt_tuning_init_text": null,
  "revision": null,
  "task_type": "SEQ_CLS",
  "token_dim": 3,
  "tokenizer_name_or_path": null
}`);
  });

  it("have in PEFT's tensors what PEFT has a place for, and everything else in ours", () => {
    expect(namesOf(files["adapter_model.safetensors"])).toEqual([
      "base_model.classifier.bias",
      "base_model.classifier.weight",
      "prompt_embeddings",
    ]);
    expect(readSafetensors(files["adapter_model.safetensors"]!).metadata).toEqual({ format: "pt" });
    expect(namesOf(files["incipit.safetensors"])).toEqual(["prompt.scale"]);
  });

  it("have PEFT's very bytes where PEFT saved the same tensors", () => {
    const read = (file: string) => readFileSync(new URL(`../test-data/peft/bert/${file}`, import.meta.url));
    const names = ["adapter_config.json", "adapter_model.safetensors"];
    const theirs = Object.fromEntries(names.map((name) => [name, read(name)]));
    const ours = encodeAdapter(decodeAdapter(theirs));
    expect(Buffer.from(ours["adapter_model.safetensors"]!).equals(theirs["adapter_model.safetensors"]!)).toBe(
      true,
    );
  });

  it("leave out our tensors when PEFT's have all", () => {
    const parameters = pick(adapter.parameters, ["prompt.embeddings", "head.weight"]);
    expect(Object.keys(encodeAdapter({ ...adapter, parameters })).toSorted()).toEqual([
      "adapter_config.json",
      "adapter_model.safetensors",
      "incipit.json",
    ]);
  });

  it("are for a base model used for its features, unless PEFT is told otherwise", () => {
    const plain = encodeAdapter({ parameters: adapter.parameters });
    expect(jsonOf(plain["adapter_config.json"])).toMatchObject({
      task_type: "FEATURE_EXTRACTION",
      modules_to_save: null,
    });
    expect(namesOf(plain["adapter_model.safetensors"])).toEqual(["prompt_embeddings"]);
  });

  it("are ours alone when there are no virtual tokens to give to PEFT", () => {
    const parameters = { "head.weight": adapter.parameters["head.weight"]! };
    const headOnly: Adapter = { parameters, labels: ["ham", "spam"] };
    const own = encodeAdapter(headOnly);
    expect(Object.keys(own).toSorted()).toEqual(["incipit.json", "incipit.safetensors"]);
    expect(decodeAdapter(own)).toEqual(headOnly);
  });

  it.each(["SEQ_CLS", "TOKEN_CLS", "QUESTION_ANS"] as const)(
    "are not made for %s without its head",
    (taskType) => {
      expect(() => encodeAdapter({ ...adapter, peft: { taskType } })).toThrow(ConfigError);
      expect(() => encodeAdapter({ ...adapter, peft: { taskType, modules: { head: "pooler" } } })).toThrow(
        /only with the model's head/,
      );
    },
  );

  it("are not made of virtual tokens that are no matrix", () => {
    const parameters = { "prompt.embeddings": tensor("float32", [1, 1, 1], [1]) };
    expect(() => encodeAdapter({ parameters })).toThrow(/\[virtual tokens, width\]/);
  });
});

const anyParameter = fc
  .array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 6 })
  .map((values) => tensor("float32", [values.length], Float32Array.from(values)));
/** Zod leaves keys of this name out, for everyone's safety. */
const isSafe = (key: string) => key !== "__proto__";
const anyKey = fc.string().filter(isSafe);
const anyJson = fc
  .json()
  .map((text) => JSON.parse(text, (key, value: unknown) => (isSafe(key) ? value : undefined)) as Json);
const anyModule = fc
  .tuple(fc.string(), fc.dictionary(anyKey, anyJson, { maxKeys: 3 }))
  .map(([type, options]): ModuleConfig => ({ ...options, type }));
const anyFingerprint = fc.stringMatching(/^[0-9a-f]{64}$/);
const anyAdapter: fc.Arbitrary<Adapter> = fc
  .tuple(
    fc.dictionary(fc.constantFrom("head.weight", "head.bias", "head.x.y", "other", "prompt.a"), anyParameter),
    fc.record(
      {
        peft: fc.record(
          {
            taskType: fc.constantFrom("CAUSAL_LM" as const, "FEATURE_EXTRACTION" as const),
            baseModel: fc.string(),
            revision: fc.string(),
            layers: fc.nat(),
            attentionHeads: fc.nat(),
            modules: fc.constant({ head: "lm.head" }),
          },
          { requiredKeys: ["taskType"] },
        ),
        labels: fc.array(fc.string()),
        prompt: anyModule,
        placement: fc.constantFrom("front" as const, "after-first" as const),
        head: anyModule,
        modulesToSave: fc.array(fc.string()),
        backbone: fc.record({ name: fc.string(), fingerprint: anyFingerprint }),
        tokenizer: fc.record({ fingerprint: anyFingerprint }),
        metrics: fc.dictionary(
          anyKey,
          fc.double({ noDefaultInfinity: true }).map((value) => value + 0),
        ),
        provenance: fc.record(
          {
            data: fc.array(fc.record({ file: fc.string(), sha256: anyFingerprint })),
            seed: fc.integer(),
            options: fc.dictionary(anyKey, anyJson),
            versions: fc.dictionary(anyKey, fc.string()),
            created: fc.string(),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ["peft"] },
    ),
  )
  .map(([parameters, rest]) => ({
    parameters: { ...parameters, "prompt.embeddings": tensor("float32", [1, 2], [1, 2]) },
    ...rest,
  }));

describe("an adapter", () => {
  it("is read as it was written", () => {
    expect(decodeAdapter(encodeAdapter(adapter))).toEqual(adapter);
    fc.assert(
      fc.property(anyAdapter, (any) => {
        expect(decodeAdapter(encodeAdapter(any))).toEqual(any);
      }),
    );
  });

  it("gives the same bytes whatever the order of its fields", () => {
    const reversed = (value: unknown): unknown =>
      typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([key, entry]) => [key, reversed(entry)]),
          )
        : value;
    fc.assert(
      fc.property(anyAdapter, (any) => {
        expect(encodeAdapter(reversed(any) as Adapter)).toEqual(encodeAdapter(any));
      }),
    );
  });
});

describe("files that are no adapter are refused", () => {
  const files = encodeAdapter(adapter);
  const config = (change: object): Files => ({
    ...files,
    "adapter_config.json": bytesOf(JSON.stringify({ ...jsonOf(files["adapter_config.json"]), ...change })),
  });
  const tensors = (change: (parameters: Parameters) => object): Files => {
    const old = readSafetensors(files["adapter_model.safetensors"]!).tensors as Parameters;
    return { ...files, "adapter_model.safetensors": writeSafetensors(change(old) as Parameters) };
  };
  const without = (...names: string[]): Files =>
    Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

  it.each<[string, Files, typeof ConfigError | typeof FormatError, RegExp]>([
    ["an empty folder", {}, ConfigError, /^my-prompt holds no adapter/],
    [
      "a pickle",
      { ...without("adapter_model.safetensors"), "adapter_model.bin": bytesOf("") },
      ConfigError,
      /a Python pickle.*safe_serialization=True/,
    ],
    [
      "missing tensors",
      without("adapter_model.safetensors"),
      FormatError,
      /adapter_model.safetensors is missing/,
    ],
    ["missing own tensors", without("incipit.safetensors"), FormatError, /incipit.safetensors is missing/],
    [
      "own tensors without one that is named",
      { ...files, "incipit.safetensors": writeSafetensors({}) },
      FormatError,
      /no tensor "prompt.scale"/,
    ],
    [
      "another kind of adapter",
      config({ peft_type: "PREFIX_TUNING" }),
      ConfigError,
      /PREFIX_TUNING are not supported/,
    ],
    [
      "a config that is no JSON",
      { ...files, "adapter_config.json": bytesOf("{") },
      FormatError,
      /this is not JSON/,
    ],
    [
      "a config without a type",
      config({ peft_type: null }),
      FormatError,
      /adapter_config.json: .*peft_type/s,
    ],
    ["a config without a count", config({ num_virtual_tokens: null }), FormatError, /num_virtual_tokens/],
    ["a config with an unknown task", config({ task_type: "DANCE" }), FormatError, /task_type/],
    [
      "a config of another width",
      config({ token_dim: 4 }),
      FormatError,
      /has shape \[2, 3\], .* says \[2, 4\]/,
    ],
    ["a config of more tokens", config({ num_virtual_tokens: 3 }), FormatError, /says \[3, 3\]/],
    [
      "no virtual tokens",
      tensors((old) => pick(old, ["base_model.classifier.bias"])),
      FormatError,
      /no tensor "prompt_emb/,
    ],
    [
      "a tensor of no module",
      tensors((old) => ({ ...old, "base_model.x.weight": old["prompt_embeddings"]! })),
      FormatError,
      /tensor "base_model.x.weight" is neither/,
    ],
    [
      "a tensor of no module, without our sidecar",
      {
        ...tensors((old) => ({ ...old, x: old["prompt_embeddings"]! })),
        "incipit.json": undefined as never,
      },
      FormatError,
      /tensor "x" is neither/,
    ],
    [
      "truncated tensors",
      { ...files, "adapter_model.safetensors": files["adapter_model.safetensors"]!.slice(0, -1) },
      FormatError,
      /my-prompt\/adapter_model.safetensors/,
    ],
    [
      "a sidecar of another program",
      { ...files, "incipit.json": bytesOf("{}") },
      FormatError,
      /incipit.json: .*format/s,
    ],
    [
      "a sidecar of a later version",
      { ...files, "incipit.json": bytesOf('{"format":"incipit-adapter","version":2}') },
      FormatError,
      /version 2 of the format.*Update Incipit/,
    ],
    [
      "a sidecar with a wrong field",
      {
        ...files,
        "incipit.json": bytesOf(textOf(files["incipit.json"]).replace('"after-first"', '"behind"')),
      },
      FormatError,
      /placement/,
    ],
  ])("%s", (_, broken, errorClass, message) => {
    const decode = () => decodeAdapter(broken, "my-prompt");
    expect(decode).toThrow(errorClass);
    expect(decode).toThrow(message);
    expect(decode).toThrow(/my-prompt/);
  });

  it("but null, where PEFT would ask the base model, is not", () => {
    const change = {
      token_dim: null,
      num_transformer_submodules: null,
      task_type: null,
      modules_to_save: null,
    };
    expect(decodeAdapter(config(change)).parameters).toEqual(adapter.parameters);
  });
});
