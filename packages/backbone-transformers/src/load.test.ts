import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AutoTokenizer, env } from "@huggingface/transformers";
import { loadModelFolder } from "@incipit/backbone-onnx/node";
import { type Backbone, type Batch, ConfigError, FormatError } from "@incipit/core";
import { writeModelFile } from "@incipit/onnx/node";
import { tensor } from "@incipit/tensor";
import { expectClose, tinyEncoder } from "@incipit/testing";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { localHub } from "../test/local-hub.js";
import { loadTransformers, type TransformersBackbone, type TransformersOptions } from "./load.js";

const CASES = new URL("../../testing/test-data/conformance/", import.meta.url);
const folderOf = (name: string) => fileURLToPath(new URL(name, CASES));

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "incipit-transformers-"));
});
afterEach(async () => {
  await rm(scratch, { recursive: true });
});

async function load(model: string, options?: TransformersOptions): Promise<TransformersBackbone> {
  const backbone = await loadTransformers(model, options);
  onTestFinished(() => backbone.dispose());
  return backbone;
}

/** A copy of a case's folder in which the ONNX file has another name. */
async function renamed(name: string, file: string): Promise<string> {
  await cp(folderOf(name), scratch, { recursive: true });
  await rename(join(scratch, "onnx/model.onnx"), join(scratch, file));
  return scratch;
}

/** One text as a batch of one. */
function batchOf({ tokenizer }: Backbone, text: string): Batch {
  const { ids, typeIds } = tokenizer.encode(text);
  const row = (values: readonly number[]) => tensor("int64", [1, ids.length], values);
  return {
    input_ids: row(ids),
    attention_mask: row(ids.map(() => 1)),
    token_type_ids: row(typeIds ?? ids.map(() => 0)),
  };
}

describe("loadTransformers, given a folder", () => {
  it("reads a model of images, which has no tokenizer", async () => {
    const eye = await load(folderOf("vit-image-classification"));
    expect(eye.embeddings.size).toBe(0);
    expect(() => eye.tokenizer.encode("a cat")).toThrow(ConfigError);
  });

  it.each(["bert-seqcls", "gpt2-causal", "t5-seq2seq-split"])(
    "reads %s as loadModelFolder does",
    async (name) => {
      const ours = await load(folderOf(name));
      const same = await loadModelFolder(folderOf(name));
      onTestFinished(() => same.dispose());
      for (const key of ["name", "fingerprint", "features", "maxLength", "placement"] as const)
        expect(ours[key]).toEqual(same[key]);
      expect(ours.tokenizer.fingerprint).toBe(same.tokenizer.fingerprint);
      expect(Object.keys(ours)).toEqual(Object.keys(same));
    },
  );

  it.each(["bert-seqcls", "gpt2-causal", "t5-seq2seq-split"])(
    "encodes texts for %s as AutoTokenizer does",
    async (name) => {
      const { tokenizer } = await load(folderOf(name));
      const theirs = await AutoTokenizer.from_pretrained(folderOf(name), { local_files_only: true });
      for (const specialTokens of [true, false]) {
        const ours = tokenizer.encode("a great story", { pair: "the cat watched the rain", specialTokens });
        const { input_ids: ids, token_type_ids: typeIds } = theirs("a great story", {
          text_pair: "the cat watched the rain",
          add_special_tokens: specialTokens,
          return_tensor: false,
          return_token_type_ids: true,
        });
        expect(ours).toEqual({ ids, typeIds });
      }
      expect(tokenizer.padId).toBe(theirs.pad_token_id);
    },
  );

  it.each([
    ["q8", "onnx/model_quantized.onnx"],
    ["fp16", "onnx/model_fp16.onnx"],
    ["bnb4", "model_bnb4.onnx"],
  ] as const)("takes %s from %s", async (dtype, file) => {
    const folder = await renamed("bert-seqcls", file);
    await cp(join(folderOf("bert-seqcls-dynamo"), "onnx/model.onnx"), join(folder, "onnx/model.onnx"));
    const plain = await load(folder);
    const chosen = await load(folder, { dtype });
    const original = await load(folderOf("bert-seqcls"));
    expect(chosen.fingerprint).toBe(original.fingerprint);
    expect(plain.fingerprint).not.toBe(original.fingerprint);
  });

  it("takes an encoder and a decoder of a dtype", async () => {
    await cp(folderOf("t5-seq2seq-split"), scratch, { recursive: true });
    for (const part of ["encoder_model", "decoder_model"])
      await rename(join(scratch, `onnx/${part}.onnx`), join(scratch, `onnx/${part}_q4.onnx`));
    const { fingerprint, features } = await load(scratch, { dtype: "q4" });
    expect(fingerprint).toBe((await load(folderOf("t5-seq2seq-split"))).fingerprint);
    expect(features).toHaveProperty("logits");
  });

  it("takes the dtype that the model's configuration names", async () => {
    const folder = await renamed("gpt2-causal", "onnx/model_q4.onnx");
    const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as object;
    const named = { ...config, "transformers.js_config": { dtype: "q4" } };
    await writeFile(join(folder, "config.json"), JSON.stringify(named));
    expect((await load(folder)).fingerprint).toBe((await load(folderOf("gpt2-causal"))).fingerprint);
  });

  it("says which file of the dtype is missing, and what there is", async () => {
    const folder = await renamed("bert-seqcls", "onnx/model_quantized.onnx");
    const loading = loadTransformers(folder);
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow(/onnx\/model\.onnx.*found onnx\/model_quantized\.onnx/);
  });

  it("names the file where there is no configuration", async () => {
    const loading = loadTransformers(scratch);
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow(`${join(scratch, "config.json")} is missing`);
  });

  it("says that a configuration is broken", async () => {
    await writeFile(join(scratch, "config.json"), "{");
    await expect(loadTransformers(scratch)).rejects.toThrow(FormatError);
  });

  it("asks no hub for what can only be a path", async () => {
    const loading = loadTransformers(join(scratch, "none"));
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow("there is no such folder");
  });

  it("computes in the precision asked for", async () => {
    await cp(folderOf("bert-seqcls"), scratch, { recursive: true });
    await writeModelFile(join(scratch, "onnx/model.onnx"), tinyEncoder({ hidden: 64, vocabulary: 120 }));
    const states = async (precision: "fp32" | "int8") => {
      const backbone = await load(scratch, { optimization: { precision } });
      const step = await backbone.compile({
        head: { parameters: () => [], build: (_ops, { features }) => features },
      });
      onTestFinished(() => step.dispose());
      return (await step.predict(batchOf(backbone, "a great story"), {}))["last_hidden_state"]!;
    };
    const [exact, rounded] = [await states("fp32"), await states("int8")];
    expect(rounded).not.toEqual(exact);
    expectClose(rounded, exact, { absolute: 0.2 });
  });

  it("runs on the device asked for", async () => {
    const backbone = await loadTransformers(folderOf("bert-seqcls"), { device: "abacus" });
    const running = backbone.encode(batchOf(backbone, "a great story"));
    await expect(running).rejects.toThrow('no device "abacus" here; it has: cpu');
  });
});

describe("loadTransformers, given an id", () => {
  it("names the model by it, and gives the same features as its folder", async () => {
    const { remoteHost } = env;
    const hub = await localHub({ "tiny/bert": new URL("bert-seqcls/", CASES) });
    onTestFinished(async () => {
      env.remoteHost = remoteHost;
      await hub.close();
    });
    env.remoteHost = hub.host;
    const downloaded = await load("tiny/bert", { cacheDir: scratch });
    const local = await load(folderOf("bert-seqcls"));
    expect(downloaded.name).toBe("tiny/bert");
    expect(downloaded.fingerprint).toBe(local.fingerprint);
    const batch = batchOf(local, "a great story");
    expect(await downloaded.encode(batch)).toEqual(await local.encode(batch));
  });
});
