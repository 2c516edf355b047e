import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@incipit/core";
import { readModelFile, writeModelFile } from "@incipit/onnx/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadModelFolder } from "../src/node.js";
import { folderOf } from "./generation-cases.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-model-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const model = () => join(folder, "onnx/model.onnx");
const fingerprint = async () => (await loadModelFolder(folder)).fingerprint;
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("the fingerprint of a model", () => {
  beforeEach(() => cp(folderOf("bert-seqcls"), folder, { recursive: true }));

  it("is the SHA-256 of its file", async () => {
    expect(await fingerprint()).toBe(sha256(await readFile(model())));
  });

  it("covers weights that are kept in a file beside it", async () => {
    await writeModelFile(model(), await readModelFile(model()), { externalData: "model.onnx_data" });
    const data = `${model()}_data`;
    const before = await fingerprint();
    expect(before).toBe(sha256(Buffer.concat([await readFile(model()), await readFile(data)])));
    await appendFile(data, "x");
    expect(await fingerprint()).not.toBe(before);
  });
});

describe("a folder without a tokenizer", () => {
  it.each([
    "vit-image-classification",
    "../conformance-more/audio-spectrogram-classification",
    "../conformance-more/deit-images",
  ])("is one of images or sound: %s", async (name) => {
    const backbone = await loadModelFolder(folderOf(name));
    expect(backbone.embeddings.size).toBe(0);
    expect(() => backbone.tokenizer.encode("a cat")).toThrow(/takes no token ids/);
  });

  it("says how large its images are where the file leaves that open", async () => {
    await cp(folderOf("vit-image-classification"), folder, { recursive: true });
    const graph = await readModelFile(model());
    const inputs = graph.inputs.map((input) => ({
      ...input,
      shape: ["batch_size", "num_channels", "height", "width"],
    }));
    await writeModelFile(model(), { ...graph, inputs });
    expect((await loadModelFolder(folder)).features).toHaveProperty("logits");
  });

  it("is refused where the model takes token ids", async () => {
    await cp(folderOf("bert-seqcls"), folder, { recursive: true });
    await rm(join(folder, "tokenizer.json"));
    await expect(loadModelFolder(folder)).rejects.toThrow(ConfigError);
    await expect(loadModelFolder(folder)).rejects.toThrow(/tokenizer\.json: this file .* cannot be read/);
    await writeFile(join(folder, "tokenizer.json"), "{");
    await expect(loadModelFolder(folder)).rejects.toThrow(/tokenizer\.json: not a JSON file/);
  });
});
