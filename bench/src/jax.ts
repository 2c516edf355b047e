/** @file `pnpm bench:jax`: the gradient of the same loss in the same prompt, by jax-js on WebAssembly and by us. */
import { join } from "node:path";
import { loadModelFolder } from "@incipit/backbone-onnx/node";
import type { Batch, HostTensor } from "@incipit/core";
import { readModelFile } from "@incipit/onnx/node";
import { fromRandom, PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { initialParameters, MICRO_BATCH_TOKENS, microBatched } from "@incipit/trainer";
import { Command } from "@commander-js/extra-typings";
import { jaxStep, type JaxStep } from "./jax/jax-step.js";
import { DISTURBANCE, startMeter } from "./machine.js";
import { whole } from "./options.js";
import { median } from "./report.js";
import { table } from "./table.js";
import { tasks } from "./tasks.js";
import { readWorkload } from "./workload.js";

const command = new Command("bench:jax")
  .description(
    "A classifier's loss and its gradient in the prompt: @jax-js/onnx beside Incipit, on the same model and batch.",
  )
  .requiredOption("--model <folder>", "a classifier of texts, in the hub's layout")
  .requiredOption("--workload <file>", "the texts; the first batch of them is used")
  .option("--batch-size <n>", "texts per step", whole(1), 4)
  .option("--virtual-tokens <n>", "in front of each text", whole(1), 20)
  .option("--steps <n>", "that are measured, after one that is not", whole(1), 3)
  .option("--threads <n>", "of ONNX Runtime", whole(1), 2);
command.action(async ({ model, workload, batchSize, virtualTokens, steps, threads }) => {
  const texts = (await readWorkload(workload)).slice(0, batchSize);
  const batch = tasks.seqcls.collate(texts, { words: [], mask: 0, pad: 0 });
  const { prompt, ...own } = await ourStep(model, batch, { virtualTokens, threads });
  const ours = await time("incipit, fp32", own.step, prompt, steps);
  const graph = await readModelFile(join(model, "onnx", "model.onnx"));
  const theirs = [];
  for (const compiled of [false, true]) {
    const name = compiled ? "jax-js, jit" : "jax-js";
    const step = await jaxStep(graph, batch, { virtualTokens, compiled }).catch(reasonOf);
    theirs.push(typeof step === "string" ? step : await time(name, step, prompt, steps).catch(reasonOf));
  }
  const timed = [ours, ...theirs].flatMap((result) => (typeof result === "string" ? [] : [result]));
  console.log(
    table(
      ["", "step ms", "examples/s", "× incipit", "loss", "gradient differs by", "others"],
      timed.map(({ name, ms, loss, gradient, others }) => [
        name,
        ms.toFixed(0),
        ((1e3 * batchSize) / ms).toFixed(2),
        (ms / ours.ms).toFixed(1),
        loss.toFixed(6),
        difference(gradient, ours.gradient).toExponential(1),
        `${others.toFixed(2)}${others > DISTURBANCE ? " (!)" : ""}`,
      ]),
    ),
  );
  for (const result of theirs) if (typeof result === "string") console.log(`jax-js did not run: ${result}`);
  await own.dispose();
});
await command.parseAsync();

async function ourStep(
  folder: string,
  batch: Batch,
  { virtualTokens, threads }: { readonly virtualTokens: number; readonly threads: number },
) {
  const backbone = await loadModelFolder(folder, { placement: "front", session: { threads } });
  const compiled = await backbone.compile({
    ...tasks.seqcls.parts(),
    prompt: softPrompt({ virtualTokens, placement: "front", init: fromRandom() }),
    trainable: ["prompt"],
  });
  const step = microBatched(compiled, { tokens: MICRO_BATCH_TOKENS });
  const parameters = initialParameters(step.parameters, 0);
  const prompt = parameters[PROMPT_EMBEDDINGS];
  if (prompt === undefined) throw new Error("The step has no prompt.");
  const run: JaxStep = async (value) => {
    const { loss, gradients } = await step.step(batch, { ...parameters, [PROMPT_EMBEDDINGS]: value });
    return { loss, gradient: gradients[PROMPT_EMBEDDINGS]?.data ?? new Float32Array() };
  };
  return {
    prompt,
    step: run,
    async dispose() {
      await step.dispose();
      await backbone.dispose();
    },
  };
}

async function time(name: string, step: JaxStep, prompt: HostTensor<"float32">, steps: number) {
  const { loss, gradient } = await step(prompt);
  const usages = [];
  for (let k = 0; k < steps; k++) {
    const usage = startMeter();
    await step(prompt);
    usages.push(usage());
  }
  const others = median(usages.map(({ otherCores }) => otherCores ?? 0));
  return { name, loss, gradient, ms: median(usages.map(({ wall }) => 1e3 * wall)), others };
}

/** The largest difference of two gradients, over the largest entry of the second. */
function difference(actual: Float32Array, expected: Float32Array): number {
  const largest = (values: Float32Array) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return largest(actual.map((value, i) => value - (expected[i] ?? NaN))) / largest(expected);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
