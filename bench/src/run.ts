/** @file One measured run: the public packages as a program would use them, and a clock. */
import { writeFile } from "node:fs/promises";
import { loadModelFolder } from "@incipit/backbone-onnx/node";
import type { Backbone, Batch, Parameters, TrainStep } from "@incipit/core";
import { type PromptInit, softPrompt } from "@incipit/prompts";
import { tensor } from "@incipit/tensor";
import { adamw, initialParameters, MICRO_BATCH_TOKENS, microBatched } from "@incipit/trainer";
import type { Shape } from "./flops.js";
import { readValues, writeValues } from "./initial-values.js";
import {
  memory,
  peakMemory,
  resetPeakMemory,
  secondsSinceStart,
  startMeter,
  type Usage,
  waitForQuiet,
} from "./machine.js";
import type { BenchOptions } from "./options.js";
import { tasks } from "./tasks.js";
import { batchesOf, readWorkload, type Text } from "./workload.js";

/** One measured step. */
export interface StepRecord extends Usage {
  readonly loss: number;
  /** Without virtual tokens. */
  readonly lengths: readonly number[];
  /** Columns of the batch: its longest text. */
  readonly padded: number;
  /** What was computed, virtual tokens included: one shape, or one for each part of the batch. */
  readonly shapes: readonly Shape[];
}

/** All that was measured. */
export interface Measurement {
  readonly records: readonly StepRecord[];
  /** Values that are trained. */
  readonly trainable: number;
  /** Seconds from the start of the process to the end of the first step. */
  readonly firstStep: number;
  /** MiB: with the model loaded, at most in all, and at most during the measured steps. */
  readonly memory: { readonly loaded: number; readonly peak: number; readonly steps: number | undefined };
  readonly quiet: boolean | undefined;
}

/** Loads, warms up, undoes that, and measures. */
export async function run(options: BenchOptions, profile?: string): Promise<Measurement> {
  const texts = await readWorkload(options.workload);
  const batches = batchesOf(texts, {
    batchSize: options.batchSize,
    groupByLength: options.groupByLength === true,
  });
  const backbone = await loadModelFolder(options.model, {
    placement: "front",
    session: {
      threads: options.threads,
      packWeights: options.packWeights,
      ...(options.workers !== undefined && { workers: options.workers }),
      ...(profile !== undefined && { profile }),
    },
    optimization: { precision: options.precision, without: options.without },
  });
  const { step, shapes } = await compile(backbone, options);
  const initial = await initialValues(step, options);
  const loaded = memory();
  if (options.dumpInit !== undefined) await writeValues(options.dumpInit, trainedOf(step, initial));

  const optimizer = adamw({ weightDecay: options.weightDecay });
  const rates = Object.fromEntries(step.trainable.map((name) => [name, options.lr]));
  const start = { parameters: initial, state: optimizer.init(trainedOf(step, initial)) };
  const at = (k: number) => (batches[k % batches.length] ?? []).flatMap((i) => texts[i] ?? []);
  let firstStep: number | undefined;
  let current = start;

  async function measured(k: number): Promise<StepRecord> {
    const usage = startMeter();
    shapes.length = 0;
    const batch = collate(at(k), options);
    const { loss, gradients } = await step.step(batch, current.parameters);
    if (options.mode === "train") {
      current = optimizer.update({ ...current, gradients, rates, step: k });
    }
    const used = usage();
    firstStep ??= secondsSinceStart();
    const lengths = at(k).map(({ ids }) => ids.length);
    return { ...used, loss, lengths, padded: Math.max(...lengths), shapes: [...shapes] };
  }

  for (let k = 0; k < options.warmup; k++) await measured(k);
  current = start;
  const quiet = options.waitQuiet > 0 ? await waitForQuiet(options.waitQuiet) : undefined;
  const before = peakMemory();
  const resets = resetPeakMemory();
  const records: StepRecord[] = [];
  for (let k = 0; k < options.steps; k++) {
    const record = await measured(k);
    records.push(record);
    if (options.trace) {
      const { loss, wall, padded } = record;
      console.error(JSON.stringify({ step: k, loss, ms: Math.round(1e4 * wall) / 10, padded }));
    }
  }
  const during = peakMemory();
  if (options.dumpFinal !== undefined)
    await writeValues(options.dumpFinal, trainedOf(step, current.parameters));
  if (options.dumpBatches !== undefined) {
    const used = Array.from({ length: options.steps }, (_, k) => batches[k % batches.length]);
    await writeFile(options.dumpBatches, JSON.stringify(used));
  }
  await step.dispose();
  await backbone.dispose();
  return {
    records,
    trainable: Object.values(trainedOf(step, initial)).reduce((sum, { data }) => sum + data.length, 0),
    firstStep: firstStep ?? Number.NaN,
    memory: { loaded, peak: Math.max(before, during), steps: resets ? during : undefined },
    quiet,
  };
}

/** The step, and a list that each of its runs adds the shape of its part of a batch to. */
async function compile(
  backbone: Backbone,
  options: BenchOptions,
): Promise<{ step: TrainStep; shapes: Shape[] }> {
  const { virtualTokens, mode, microBatchTokens = MICRO_BATCH_TOKENS } = options;
  const shapes: Shape[] = [];
  const compiled = await backbone.compile({
    prompt: softPrompt({ virtualTokens, placement: "front", init: standardNormal }),
    ...tasks[options.task].parts(idsOf(options)),
    ...(mode === "eval" && { trainable: [] }),
  });
  const recorded: TrainStep = {
    ...compiled,
    step(batch, parameters) {
      const [rows = 0, columns = 0] = batch["input_ids"]?.shape ?? [];
      shapes.push({ rows, positions: virtualTokens + columns });
      return compiled.step(batch, parameters);
    },
  };
  const step = microBatchTokens === false ? recorded : microBatched(recorded, { tokens: microBatchTokens });
  return { step, shapes };
}

/** What PEFT's prompts start from unless told otherwise. */
const standardNormal: PromptInit = ({ virtualTokens, embeddings, random }) =>
  tensor(
    "float32",
    [virtualTokens, embeddings.width],
    Float32Array.from({ length: virtualTokens * embeddings.width }, () => random.normal()),
  );

async function initialValues(step: TrainStep, options: BenchOptions): Promise<Parameters> {
  const { promptInit, headInit } = options;
  const drawn = initialParameters(step.parameters, options.seed);
  const prompted = promptInit === undefined ? drawn : await readValues(promptInit, drawn, "prompt");
  return headInit === undefined ? prompted : readValues(headInit, prompted, "head");
}

function trainedOf(step: TrainStep, parameters: Parameters): Parameters {
  return Object.fromEntries(
    step.trainable.flatMap((name) => {
      const value = parameters[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function collate(texts: readonly Text[], options: BenchOptions): Batch {
  return tasks[options.task].collate(texts, idsOf(options));
}

function idsOf({ labelWords, maskId, padId }: BenchOptions) {
  return { words: labelWords, mask: maskId, pad: padId };
}
