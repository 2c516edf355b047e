import type { Parameters } from "@incipit/core";
import { crossEntropy, softmaxHead } from "@incipit/heads";
import type { Graph } from "@incipit/onnx";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { seededRandom } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { expect } from "vitest";
import { batchOf, tinyBackbone } from "./tiny-backbone.js";

/** Loss and gradients of one step; the prompt starts from the embeddings of some words. */
async function stepOf(graph: Graph) {
  const backbone = await tinyBackbone({ graph });
  const step = await backbone.compile({
    prompt: softPrompt({ virtualTokens: 3, init: ({ embeddings }) => embeddings.rows([4, 9, 2]) }),
    head: softmaxHead({ labels: 2 }),
    objective: crossEntropy(),
  });
  const parameters: Parameters = Object.fromEntries(
    step.parameters.map((spec) => [spec.name, spec.initialize(seededRandom(spec.name))]),
  );
  const result = await step.step(batchOf([[5, 7, 8], [6]], [0, 1]), parameters);
  await step.dispose();
  await backbone.dispose();
  return { ...result, prompt: parameters[PROMPT_EMBEDDINGS]! };
}

/** Expects two models to give the same loss and gradients, up to a relative difference. */
export async function expectSameStep(graph: Graph, same: Graph, relative: number) {
  const [actual, expected] = [await stepOf(graph), await stepOf(same)];
  expect(Math.abs(actual.loss - expected.loss) / expected.loss).toBeLessThan(relative);
  expectClose(actual.prompt, expected.prompt, { relative });
  for (const name of [PROMPT_EMBEDDINGS, "head.weight"])
    expectClose(actual.gradients[name], expected.gradients[name]!, { relative, relativeTo: "largest" });
}
