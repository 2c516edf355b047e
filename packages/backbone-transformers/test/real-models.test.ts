import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Backbone } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadTransformers } from "../src/index.js";

/*
 * Pretrained models, in the folder that INCIPIT_MODELS names: sentence-transformers/all-MiniLM-L6-v2 with its weights in fp32
 * and q8, and karpathy/tinyllamas' stories260K, both in the hub's layout.
 */
const models = process.env["INCIPIT_MODELS"] ?? "";

function withModel(name: string): typeof describe.skip {
  const present = models !== "" && existsSync(join(models, name));
  if (!present) console.log(`skipped: the tests of ${name}, as INCIPIT_MODELS names no folder with it`);
  return present ? describe : describe.skip;
}

/** The mean of a text's token states. */
async function sentenceEmbedding(backbone: Backbone, text: string): Promise<number[]> {
  const { ids } = backbone.tokenizer.encode(text);
  const row = (values: readonly number[]) => tensor("int64", [1, ids.length], values);
  const { last_hidden_state: states } = await backbone.encode({
    input_ids: row(ids),
    attention_mask: row(ids.map(() => 1)),
    token_type_ids: row(ids.map(() => 0)),
  });
  const width = states!.shape[2]!;
  const values = Array.from(states!.data as Float32Array);
  return Array.from({ length: width }, (_, d) =>
    ids.reduce((sum, _id, token) => sum + values[token * width + d]! / ids.length, 0),
  );
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

withModel("all-MiniLM-L6-v2")("all-MiniLM-L6-v2", () => {
  it.each([
    ["fp32", 0.001],
    ["q8", 0.03],
  ] as const)("finds sentences alike in %s as PyTorch does in fp32", async (dtype, tolerance) => {
    const backbone = await loadTransformers(join(models, "all-MiniLM-L6-v2"), { dtype, offline: true });
    onTestFinished(() => backbone.dispose());
    const eating = await sentenceEmbedding(backbone, "A man is eating food.");
    const bread = await sentenceEmbedding(backbone, "A man is eating a piece of bread.");
    const baby = await sentenceEmbedding(backbone, "The girl is carrying a baby.");
    expect(Math.abs(cosine(eating, bread) - 0.755)).toBeLessThan(tolerance);
    expect(Math.abs(cosine(eating, baby) + 0.105)).toBeLessThan(tolerance);
  });
});

withModel("stories260K")("stories260K", () => {
  it("is a decoder that generates", async () => {
    const backbone = await loadTransformers(join(models, "stories260K"));
    onTestFinished(() => backbone.dispose());
    expect(backbone.features["logits"]).toEqual({ kind: "tokens", width: 512 });
    const { ids } = backbone.tokenizer.encode("Once upon a time");
    expect(backbone.tokenizer.decode(ids)).toBe("Once upon a time");
    expect(backbone).toHaveProperty("generation");
  });
});
