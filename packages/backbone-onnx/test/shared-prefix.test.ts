import { join } from "node:path";
import { causalLanguageModel, modelOutput } from "@incipit/heads";
import type { Batch, Parameters, TrainStep } from "@incipit/core";
import { readModelFile } from "@incipit/onnx/node";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { evaluate } from "@incipit/runtime";
import { seededRandom, tensor } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { expect, it } from "vitest";
import { compose } from "../src/compose.js";
import type { OptimizationOptions } from "../src/index.js";
import { withNamedAxes } from "../src/input-axes.js";
import { modelGraphs, trainingModel } from "../src/model-graphs.js";
import { findPromptSite } from "../src/prompt-site.js";
import { trainingGraph } from "../src/training-graph.js";
import { batchOf, tinyBackbone } from "./tiny-backbone.js";

const DATA = join(import.meta.dirname, "../../testing/test-data");
const VIRTUAL_TOKENS = 6;
const TEXTS = [
  [5, 7, 8, 30, 11],
  [6, 9],
  [12, 3, 40],
];

const DECODERS = [
  ...["gpt2-causal", "llama-causal", "mistral-causal-sliding-window"].map((name) => `conformance/${name}`),
  ...["gpt-neox-causal", "phi3-causal-dynamo", "falcon-causal"].map((name) => `conformance-more/${name}`),
];

const prompt = softPrompt({
  virtualTokens: VIRTUAL_TOKENS,
  placement: "front",
  init: ({ embeddings }) => embeddings.rows([4, 9, 2, 31, 6, 17]),
});
const languageModel = { prompt, head: modelOutput(), objective: causalLanguageModel() };

/** The texts; their tokens are what is to be predicted. */
function languageBatch(): Batch {
  const batch = batchOf(TEXTS);
  const { shape, data } = batch["input_ids"]!;
  const labels = Array.from(data, Number).map((id) => (id === 0 ? -100 : id));
  return { ...batch, labels: tensor("int64", shape, labels) };
}

/** A decoder as a backbone; words are letters, as far as that matters. */
async function decoder(name: string, optimization: OptimizationOptions = {}) {
  const graph = await readModelFile(join(DATA, name, "onnx/model.onnx"));
  return { graph, backbone: await tinyBackbone({ graph, optimization }) };
}

function parametersOf({ parameters }: Pick<TrainStep, "parameters">): Parameters {
  return Object.fromEntries(parameters.map((spec) => [spec.name, spec.initialize(seededRandom(spec.name))]));
}

it.each(DECODERS)("changes no loss, gradient or prediction: %s", async (name) => {
  const results = await Promise.all(
    [{ without: ["prefix"] as const }, {}].map(async (optimization) => {
      const { backbone } = await decoder(name, optimization);
      const step = await backbone.compile(languageModel);
      const parameters = parametersOf(step);
      const { loss, gradients } = await step.step(languageBatch(), parameters);
      const { logits } = await step.predict(batchOf(TEXTS), parameters);
      await step.dispose();
      return { loss, gradient: gradients[PROMPT_EMBEDDINGS]!, logits: logits! };
    }),
  );
  const [expected, actual] = results as [(typeof results)[0], (typeof results)[0]];
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(1e-5 * expected.loss);
  expectClose(actual.gradient, expected.gradient, { relative: 1e-5, relativeTo: "largest" });
  expectClose(actual.logits, expected.logits, { relative: 1e-5, relativeTo: "largest" });
});

/** How many rows enter the products with frozen matrices, forward. */
async function rowsMultiplied(name: string, without: readonly "prefix"[]): Promise<number> {
  const { graph: file, backbone } = await decoder(name);
  const given = await trainingModel(modelGraphs(file));
  const site = findPromptSite(given);
  const graph = withNamedAxes(given, site, {});
  const model = { graph, site, features: { logits: "logits" }, placeholderId: 3 };
  const composition = compose(model, backbone, languageModel);
  const training = await trainingGraph(composition, [PROMPT_EMBEDDINGS], { optimization: { without } });
  const products = training.nodes.filter(
    ({ name: node, opType, inputs }) =>
      (opType === "MatMul" || opType === "Gemm") &&
      training.initializers.has(inputs[1] ?? "") &&
      !node.startsWith("gradient/"),
  );
  const read = [...new Set(products.map(({ inputs }) => inputs[0] ?? ""))];
  const feeds = { ...languageBatch(), ...parametersOf(composition) };
  const inputs = Object.fromEntries(
    Object.entries(feeds).filter(([input]) => training.inputs.some((info) => info.name === input)),
  );
  const values = await evaluate({ ...training, outputs: read.map((value) => ({ name: value })) }, inputs);
  return products
    .map(({ inputs: [x = ""] }) => values[x]!.shape.slice(0, -1).reduce((rows, size) => rows * size, 1))
    .reduce((sum, rows) => sum + rows, 0);
}

it("multiplies the prompt's rows once per batch", async () => {
  const [batch, seq] = [TEXTS.length, Math.max(...TEXTS.map((text) => text.length))];
  // GPT-2 of two layers: each has four products; behind the second's attention, only rows that predict something are read.
  const own = batch * seq;
  expect(await rowsMultiplied("conformance/gpt2-causal", ["prefix"])).toBe(
    5 * (own + batch * VIRTUAL_TOKENS) + 4 * own,
  );
  expect(await rowsMultiplied("conformance/gpt2-causal", [])).toBe(5 * (own + VIRTUAL_TOKENS) + 4 * own);
});
