import { join } from "node:path";
import { ConfigError, GraphError, type Decoding, type GenerationStep, type Parameters } from "@incipit/core";
import { readModelFile } from "@incipit/onnx/node";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { takeRows, tensor } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { onnxBackbone } from "../src/index.js";
import { loadModelFolder } from "../src/node.js";
import { folderOf, openCase, withFiles } from "./generation-cases.js";
import { mergedDecoder } from "./merged-decoder.js";
import { batchOf } from "./tiny-backbone.js";

const CASES = [
  "gpt2-causal",
  "gpt2-causal-past",
  "gpt2-causal-past-posids",
  "llama-causal",
  "mistral-causal-sliding-window",
  "t5-seq2seq",
  "t5-seq2seq-split",
  "t5-seq2seq-past",
];

/** The most probable token of each text. */
function best({ logits }: Decoding): readonly number[] {
  const [batch = 0, vocabulary = 0] = logits.shape;
  return Array.from({ length: batch }, (_, row) => {
    const values = logits.data.subarray(row * vocabulary, (row + 1) * vocabulary);
    return values.indexOf(values.reduce((max, value) => Math.max(max, value)));
  });
}

/** The decoding before each of `steps` most probable tokens is read. */
async function greedily(start: Decoding, steps: number): Promise<readonly Decoding[]> {
  const decodings = [start];
  for (let i = 1; i < steps; i++) decodings.push(await decodings[i - 1]!.next(best(decodings[i - 1]!)));
  return decodings;
}

describe.each(CASES)("%s", (name) => {
  it("generates with a prompt what transformers does, texts of several lengths at once", async () => {
    const { step, parameters, expected } = await openCase(name);
    const steps = Math.max(...expected.texts.map(({ greedy }) => greedy.length));
    const start = await step.start(batchOf(expected.texts.map(({ ids }) => ids)), parameters);
    const decodings = await greedily(start, steps);
    expected.texts.forEach(({ greedy, lastLogits }, row) => {
      const tokens = decodings.slice(0, greedy.length).map((decoding) => best(decoding)[row]);
      expect(tokens).toEqual(greedy);
      const logits = takeRows(decodings[greedy.length - 1]!.logits, [row]).data.slice(0, lastLogits.length);
      expectClose(
        tensor("float32", [lastLogits.length], logits),
        tensor("float32", [lastLogits.length], lastLogits),
        {
          absolute: 1e-3,
        },
      );
    });
    await step.dispose();
  });

  it("tells after token by token what it tells of the whole", async () => {
    const { step, parameters, expected } = await openCase(name);
    const texts = expected.texts.map(({ ids }) => ids);
    const decodings = await greedily(await step.start(batchOf(texts), parameters), 6);
    for (const decoding of decodings) {
      const whole = await reread(step, parameters, texts, decoding);
      expect(whole.ids).toEqual(decoding.ids);
      expectClose(decoding.logits, whole.logits, { absolute: 1e-4 });
    }
    await step.dispose();
  });

  it("goes on with selected texts, in their order, as with each alone", async () => {
    const { step, parameters, expected } = await openCase(name);
    const texts = expected.texts.map(({ ids }) => ids);
    const start = await step.start(batchOf(texts), parameters);
    const next = await start.next(best(start));
    const selected = next.select([2, 0, 2]);
    expect(selected.ids).toEqual([2, 0, 2].map((row) => next.ids[row]));
    const after = await selected.next([7, 8, 9]);
    const whole = await reread(
      step,
      parameters,
      [2, 0, 2].map((row) => texts[row]!),
      after,
    );
    expect(whole.ids).toEqual(after.ids);
    expectClose(after.logits, whole.logits, { absolute: 1e-4 });
    await step.dispose();
  });
});

/** The decoding of these texts from the beginning: of encoder-decoders with what the decoder has read. */
async function reread(
  step: GenerationStep,
  parameters: Parameters,
  texts: readonly (readonly number[])[],
  { ids }: Decoding,
): Promise<Decoding> {
  const continues = ids.every((read, i) => texts[i]!.every((id, k) => read[k] === id));
  if (continues) return step.start(batchOf(ids), parameters);
  const decoderIds = tensor("int64", [ids.length, ids[0]!.length], ids.flat());
  return step.start({ ...batchOf(texts), decoder_input_ids: decoderIds }, parameters);
}

describe("an encoder and a decoder in files", () => {
  it.each([
    ["a decoder that reads all anew", ["encoder_model", "decoder_model"]],
    ["a decoder without past and a merged one", ["encoder_model", "decoder_model", "decoder_model_merged"]],
    ["a merged decoder", ["encoder_model", "decoder_model_merged"]],
  ])("generate the same with %s", (_, files) =>
    withFiles("t5-seq2seq-past", files, async (folder) => {
      const { step, parameters, expected } = await openCase("t5-seq2seq-past", folder);
      const [text] = expected.texts;
      const decodings = await greedily(
        await step.start(batchOf([text!.ids]), parameters),
        text!.greedy.length,
      );
      expect(decodings.map((decoding) => best(decoding)[0])).toEqual(text!.greedy);
      await step.dispose();
    }),
  );
});

describe("a decoder with and without past, merged into one graph", () => {
  it("generates with a prompt what it does apart", async () => {
    const { backbone, step, parameters, expected } = await openCase("gpt2-causal-past");
    const merged = await mergedDecoder(folderOf("gpt2-causal-past"), backbone.tokenizer);
    const mergedStep = await merged.generation!({
      prompt: softPrompt({ virtualTokens: 4, placement: "front" }),
    });
    const batch = batchOf(expected.texts.map(({ ids }) => ids));
    const apart = await greedily(await step.start(batch, parameters), 5);
    const together = await greedily(await mergedStep.start(batch, parameters), 5);
    together.forEach((decoding, i) => {
      expectClose(decoding.logits, apart[i]!.logits, { absolute: 1e-4 });
    });
  });
});

describe("virtual tokens", () => {
  const words = [40, 41, 42];

  it.each([
    ["gpt2-causal", "front", [...words, 50, 51]],
    ["gpt2-causal", "after-first", [50, ...words, 51]],
    ["gpt2-causal-past", "after-first", [50, ...words, 51]],
    ["gpt2-causal-past-posids", "front", [...words, 50, 51]],
    ["gpt2-causal-past-posids", "after-first", [50, ...words, 51]],
    ["t5-seq2seq-past", "after-first", [50, ...words, 51]],
  ] as const)(
    "that are real tokens' embeddings, in %s, placed %s, do what these tokens do in the text",
    async (name, placement, whole) => {
      const backbone = await loadModelFolder(folderOf(name));
      const prompt = softPrompt({ virtualTokens: words.length, placement });
      const prompted = await backbone.generation!({ prompt });
      const written = await backbone.generation!({});
      const parameters = { [PROMPT_EMBEDDINGS]: backbone.embeddings.rows(words) };
      const texts = [
        [50, 51],
        [50, 51, 52, 53],
      ];
      const a = await prompted.start(batchOf(texts), parameters);
      const b = await written.start(batchOf([whole, [...whole, 52, 53]]), {});
      expectClose(a.logits, b.logits, { absolute: 1e-4 });
      expectClose((await a.next([60, 61])).logits, (await b.next([60, 61])).logits, { absolute: 1e-4 });
    },
  );

  it("may stand alone, before there is a text", async () => {
    const { step, parameters } = await openCase("gpt2-causal-past-posids");
    const alone = await step.start(batchOf([[]]), parameters);
    const [first = 0] = best(alone);
    const whole = await step.start(batchOf([[first]]), parameters);
    expectClose((await alone.next([first])).logits, whole.logits, { absolute: 1e-4 });
  });
});

describe("what cannot be generated from", () => {
  it.each([
    ["a masked language model", "distilbert-mlm"],
    ["a classifier", "bert-seqcls"],
  ])("has no generation: %s", async (_, name) => {
    expect(await loadModelFolder(folderOf(name))).not.toHaveProperty("generation");
  });

  it("is refused: a model that reads both ways, whose tokenizer does not say so", async () => {
    const { maskId, ...tokenizer } = (await loadModelFolder(folderOf("distilbert-mlm"))).tokenizer;
    expect(maskId).toBeDefined();
    const graph = await readModelFile(join(folderOf("distilbert-mlm"), "onnx/model.onnx"));
    const backbone = await onnxBackbone({
      name: "two-way",
      graph,
      tokenizer,
      fingerprint: "1",
      maxLength: 64,
    });
    await expect(backbone.generation!({})).rejects.toThrow(GraphError);
  });

  it("generates: a decoder without a cache, whose tokenizer has a mask token", async () => {
    const { tokenizer } = await loadModelFolder(folderOf("gpt2-causal"));
    const graph = await readModelFile(join(folderOf("gpt2-causal"), "onnx/model.onnx"));
    const masked = { ...tokenizer, maskId: 1 };
    const options = { name: "one-way", graph, fingerprint: "1", maxLength: 64 };
    expect(await onnxBackbone({ ...options, tokenizer: masked })).toHaveProperty("generation");
  });

  it("is refused: a text longer than the model, or none at all", async () => {
    const { step, parameters } = await openCase("gpt2-causal-past");
    const long = Array.from({ length: step.maxLength + 1 }, () => 7);
    await expect(step.start(batchOf([[7], long]), parameters)).rejects.toThrow(ConfigError);
    const bare = await (await loadModelFolder(folderOf("gpt2-causal"))).generation!({});
    await expect(bare.start(batchOf([[7], []]), {})).rejects.toThrow(/0 tokens/);
  });
});
