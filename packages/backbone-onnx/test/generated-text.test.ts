import { generate, generateTexts, type GenerateOptions } from "@incipit/generation";
import { seededRandom } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { openCase } from "./generation-cases.js";

describe.each([
  "gpt2-causal",
  "gpt2-causal-past",
  "gpt2-causal-past-posids",
  "llama-causal",
  "mistral-causal-sliding-window",
  "t5-seq2seq",
  "t5-seq2seq-split",
  "t5-seq2seq-past",
])("texts of %s with a prompt", (name) => {
  it("are those of transformers, the most probable token at each step", async () => {
    const { backbone, step, parameters, expected } = await openCase(name);
    const texts = expected.texts.map(({ text }) => text);
    const { tokenizer } = backbone;
    const generated = await generateTexts({
      ...{ step, tokenizer, parameters, texts },
      maxNewTokens: expected.newTokens,
    });
    expect(generated.map(({ ids }) => ids)).toEqual(expected.texts.map(({ greedy }) => greedy));
    await step.dispose();
  });

  it("are those of transformers by beam search", async () => {
    const { backbone, step, parameters, expected } = await openCase(name);
    const texts = expected.texts.map(({ text }) => text);
    for (const { options, results } of expected.beams) {
      const generated = await generateTexts({
        ...{ step, tokenizer: backbone.tokenizer, parameters, texts },
        maxNewTokens: expected.newTokens,
        endIds: expected.beamEndIds,
        beams: options.num_beams,
        ...(options.length_penalty !== undefined && { lengthPenalty: options.length_penalty }),
        ...(options.early_stopping !== undefined && { earlyStopping: options.early_stopping }),
        ...(options.repetition_penalty !== undefined && { repetitionPenalty: options.repetition_penalty }),
      });
      expect(generated.map(({ ids }) => ids)).toEqual(results.map(({ ids }) => ids));
    }
    await step.dispose();
  });
});

describe("drawn texts", () => {
  it("are the same for the same seed, and piece by piece what they are as a whole", async () => {
    const { backbone, step, parameters } = await openCase("gpt2-causal-past-posids");
    const options: GenerateOptions = {
      ...{ step, parameters, tokenizer: backbone.tokenizer, texts: ["the cat", "we walked home and"] },
      ...{ temperature: 1, topP: 0.9, maxNewTokens: 10, endIds: [] },
    };
    const first = await generateTexts({ ...options, random: seededRandom(4) });
    expect(await generateTexts({ ...options, random: seededRandom(4) })).toEqual(first);
    expect(await generateTexts({ ...options, random: seededRandom(5) })).not.toEqual(first);
    const streamed = ["", ""];
    for await (const { index, text } of generate({ ...options, random: seededRandom(4) }))
      streamed[index] = (streamed[index] ?? "") + text;
    expect(streamed).toEqual(first.map(({ text }) => text));
    await step.dispose();
  });
});
