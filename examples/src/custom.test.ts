import type { Backbone } from "@incipit/core";
import { loadUse } from "@incipit/backbone-use";
import { encodeExamples, textBatches } from "@incipit/data";
import { crossEntropy, softmaxHead } from "@incipit/heads";
import { softPrompt } from "@incipit/prompts";
import { fit } from "@incipit/trainer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { attentionHead } from "./custom-head.js";
import { lowRankPrompt } from "./custom-prompt.js";

let backbone: Backbone;
beforeAll(async () => {
  backbone = await loadUse();
});
afterAll(() => backbone.dispose());

const texts = [
  "a delight from start to end",
  "I want my money back",
  "warmly recommended",
  "a waste of time",
];

it.each([
  ["a prompt module of one's own", () => ({ prompt: lowRankPrompt(4, 2), head: softmaxHead({ labels: 2 }) })],
  ["a head of one's own", () => ({ prompt: softPrompt({ virtualTokens: 4 }), head: attentionHead(2, 512) })],
])("%s is trained by the loss going down", async (_name, parts) => {
  const step = await backbone.compile({ ...parts(), objective: crossEntropy() });
  const encodings = encodeExamples(
    backbone.tokenizer,
    texts.map((text) => ({ text })),
    { maxLength: 20 },
  );
  const batches = textBatches({
    encodings,
    labels: [1, 0, 1, 0],
    padId: backbone.tokenizer.padId,
    batchSize: 4,
  });
  const losses: number[] = [];
  await fit({
    step,
    batches,
    steps: 15,
    learningRates: { prompt: 0.1, head: 0.05 },
    callbacks: [
      (event) => {
        if (event.type === "step") losses.push(event.loss);
      },
    ],
  });
  expect(losses).toHaveLength(15);
  expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0));
  await step.dispose();
});
