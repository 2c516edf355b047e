import { fileURLToPath } from "node:url";
import type { Batch, Parameters, StepResult, TrainStep } from "@incipit/core";
import { crossEntropy, softmaxHead } from "@incipit/heads";
import type { Graph } from "@incipit/onnx";
import { readModelFile } from "@incipit/onnx/node";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { seededRandom, tensor } from "@incipit/tensor";
import { tinyEncoder } from "@incipit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OptimizationOptions } from "../src/index.js";
import { batchOf, tinyBackbone, VOCABULARY } from "./tiny-backbone.js";

/** Wide enough that its products are worth rounding. */
const ENCODER = tinyEncoder({ seed: 3, hidden: 64, layers: 2, vocabulary: VOCABULARY });
/** The same as onnxruntime.quantization makes of it. */
const QUANTISED = await readModelFile(
  fileURLToPath(new URL("../test-data/quantized-encoder.onnx", import.meta.url)),
);

/** Texts of letters: those of label 1 have more of the later ones. */
const BATCH = batchOf(
  [
    [3, 4, 5, 6],
    [13, 14, 15],
    [2, 4, 2],
    [15, 12, 16, 13, 11],
    [6, 5],
    [17, 18, 12],
  ],
  [0, 1, 0, 1, 0, 1],
);

async function compile(graph: Graph, optimization: OptimizationOptions = {}): Promise<TrainStep> {
  const backbone = await tinyBackbone({ graph, optimization });
  const step = await backbone.compile({
    prompt: softPrompt({ virtualTokens: 4 }),
    head: softmaxHead({ labels: 2 }),
    objective: crossEntropy(),
  });
  onTestFinished(async () => {
    await step.dispose();
    await backbone.dispose();
  });
  return step;
}

function initialParameters({ parameters }: TrainStep, seed: number): Parameters {
  const random = seededRandom(seed);
  return Object.fromEntries(parameters.map((spec) => [spec.name, spec.initialize(random.stream(spec.name))]));
}

/** Loss before each of some plain gradient steps, and the prompt after them. */
async function train(step: TrainStep, { batch = BATCH, steps = 30, rate = 0.1 } = {}) {
  const losses: number[] = [];
  let parameters = initialParameters(step, 1);
  for (let k = 0; k < steps; k++) {
    const { loss, gradients } = await step.step(batch, parameters);
    losses.push(loss);
    parameters = Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, data }]) => [
        name,
        tensor(
          "float32",
          shape,
          data.map((value, i) => value - rate * (gradients[name]?.data[i] ?? 0)),
        ),
      ]),
    );
  }
  return { losses, parameters };
}

function promptGradient({ gradients }: StepResult): Float32Array {
  return gradients[PROMPT_EMBEDDINGS]!.data;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** One step from the same start. */
async function stepFrom(seed: number, step: TrainStep, batch: Batch = BATCH): Promise<StepResult> {
  return step.step(batch, initialParameters(step, seed));
}

describe("training on an int8 base", () => {
  it("lowers the loss along the course that fp32 takes", async () => {
    const exact = await train(await compile(ENCODER, { precision: "fp32" }));
    const rounded = await train(await compile(ENCODER, { precision: "int8" }));
    expect(rounded.losses.at(-1)).toBeLessThan(rounded.losses[0]! / 2);
    expect(rounded.losses).not.toEqual(exact.losses);
    const differences = rounded.losses.map((loss, k) => Math.abs(loss - exact.losses[k]!));
    expect(Math.max(...differences)).toBeLessThan(0.03 * exact.losses[0]!);
  });

  it("gives the same bytes from the same seed", async () => {
    const runs = [];
    for (let run = 0; run < 2; run++)
      runs.push(await train(await compile(ENCODER, { precision: "int8" }), { steps: 5 }));
    expect(runs[1]).toEqual(runs[0]);
  });

  it("predicts in 8 bits, too", async () => {
    const logits = async (precision: "fp32" | "int8") => {
      const step = await compile(ENCODER, { precision });
      const outputs = await step.predict(BATCH, initialParameters(step, 1));
      return Array.from(outputs["logits"]!.data as Float32Array);
    };
    const [exact, rounded] = [await logits("fp32"), await logits("int8")];
    expect(rounded).not.toEqual(exact);
    expect(Math.max(...rounded.map((value, i) => Math.abs(value - exact[i]!)))).toBeLessThan(0.1);
  });
});

describe("training on a model that comes quantised", () => {
  it.each([1, 2, 3])("has the gradient of its fp32 original to 0.98, seed %d", async (seed) => {
    const original = await stepFrom(seed, await compile(ENCODER));
    const quantised = await stepFrom(seed, await compile(QUANTISED));
    expect(cosine(promptGradient(quantised), promptGradient(original))).toBeGreaterThan(0.98);
    expect(Math.abs(quantised.loss - original.loss) / original.loss).toBeLessThan(0.02);
  });

  it("leaves its own arithmetic forward, and rounds the gradient row by row", async () => {
    const usual = await stepFrom(1, await compile(QUANTISED));
    const exact = await stepFrom(1, await compile(QUANTISED, { precision: "fp32" }));
    expect(usual.loss).toBe(exact.loss);
    expect(promptGradient(usual)).not.toEqual(promptGradient(exact));
    expect(cosine(promptGradient(usual), promptGradient(exact))).toBeGreaterThan(0.999);
  });

  it("lowers the loss", async () => {
    const { losses } = await train(await compile(QUANTISED));
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });
});
