import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, type Objective, type Parameters, type Tokenizer, type TrainStep } from "@incipit/core";
import {
  huggingFaceTokenizer,
  joinEncoderDecoder,
  onnxBackbone,
  type OptimizationOptions,
} from "@incipit/backbone-onnx";
import type { Graph } from "@incipit/onnx";
import { readModelFile } from "@incipit/onnx/node";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { tensor } from "@incipit/tensor";
import { batchOf } from "./batch.js";
import { flatten, readCase, type Case, type CaseBatch, type NestedNumbers } from "./case.js";
import { optimize } from "./optimize.js";
import { partsOf } from "./parts.js";

/** Largest deviations from PyTorch that count as equal, in float32. */
export const TOLERANCE = { loss: 1e-4, gradient: 1e-3, trace: 1e-3 } as const;

/** How far a case's results are from PyTorch's, at most, over all of its batches. */
export interface Deviations {
  /** Relative. */
  readonly loss: number;
  /** Largest absolute error over the largest absolute value. */
  readonly gradient: number;
  /** Largest relative error of the losses along the optimizer's steps, the one after the last included. */
  readonly trace: number;
}

export interface CaseReport {
  readonly name: string;
  readonly passed: boolean;
  readonly deviations?: Deviations;
  /** Why the case could not be run. */
  readonly error?: string;
  /** ONNX operators in the case's graphs. */
  readonly operators: readonly string[];
}

/** Runs one case: its loss, its gradient and its optimizer steps. Never throws: what went wrong is in the report. */
export async function runCase(folder: string, name: string): Promise<CaseReport> {
  let operators: readonly string[] = [];
  try {
    const testCase = await readCase(folder);
    operators = Object.keys(testCase.opTypes);
    const deviations = await deviationsOf(folder, testCase);
    const passed =
      deviations.loss <= TOLERANCE.loss &&
      deviations.gradient <= TOLERANCE.gradient &&
      deviations.trace <= TOLERANCE.trace;
    return { name, passed, deviations, operators };
  } catch (error) {
    return { name, passed: false, error: error instanceof Error ? error.message : String(error), operators };
  }
}

async function deviationsOf(folder: string, testCase: Case): Promise<Deviations> {
  const { step, objective } = await compileCase(folder, testCase);
  const worst = { loss: 0, gradient: 0, trace: 0 };
  try {
    for (const batch of [testCase, ...testCase.variants]) {
      const { losses, gradients } = await optimize(step, batchOf(batch, testCase, objective), testCase);
      const deviations = compareResults(losses, gradients[PROMPT_EMBEDDINGS], batch);
      for (const key of ["loss", "gradient", "trace"] as const)
        worst[key] = Math.max(worst[key], deviations[key]);
    }
    return worst;
  } finally {
    await step.dispose();
  }
}

/** How far results are from those expected. */
export function compareResults(
  losses: readonly number[],
  gradient: Parameters[string] | undefined,
  { expected }: Pick<CaseBatch, "expected">,
): Deviations {
  const { loss, gradPrompt, lossTrace, lossAfter } = expected;
  return {
    loss: relative(losses[0] ?? Number.NaN, loss),
    gradient: gradientDeviation(gradient, gradPrompt),
    trace: Math.max(...[...lossTrace, lossAfter].map((value, i) => relative(losses[i] ?? Number.NaN, value))),
  };
}

/** Largest absolute error over the largest absolute value. */
export function gradientDeviation(gradient: Parameters[string] | undefined, expected: NestedNumbers): number {
  const truth = flatten(expected);
  const largest = Math.max(...truth.map(Math.abs));
  return Math.max(...truth.map((value, i) => Math.abs((gradient?.data[i] ?? Number.NaN) - value))) / largest;
}

/** What a case is compiled with beside what it says itself. */
export interface CompileOptions {
  /** Modules of the model that are trained beside the prompt. */
  readonly modulesToSave?: readonly string[];
  readonly optimization?: OptimizationOptions;
}

/** The case's training step. */
export async function compileCase(
  folder: string,
  testCase: Case,
  { modulesToSave = [], optimization = {} }: CompileOptions = {},
): Promise<{ readonly step: TrainStep; readonly objective: Objective }> {
  const { name, numVirtualTokens: virtualTokens, promptShape, promptInit, placeholderId } = testCase;
  const takesText = typeof placeholderId === "number";
  const backbone = await onnxBackbone({
    name,
    graph: await graphOf(folder, testCase),
    ...(takesText ? { placeholderId, tokenizer: await tokenizerOf(folder, name) } : {}),
    fingerprint: name,
    maxLength: Number.MAX_SAFE_INTEGER,
    optimization,
  });
  const init = () => tensor("float32", promptShape, flatten(promptInit));
  const parts = partsOf(testCase, backbone);
  // In texts the prompts of the cases stand in front, in images behind the class token.
  const placement = takesText ? "front" : "after-first";
  const prompt = softPrompt({ virtualTokens, placement, init });
  return { step: await backbone.compile({ ...parts, prompt, modulesToSave }), objective: parts.objective };
}

async function tokenizerOf(folder: string, name: string): Promise<Tokenizer> {
  const json = async (file: string) => JSON.parse(await readFile(join(folder, file), "utf8")) as object;
  return huggingFaceTokenizer({
    tokenizer: await json("tokenizer.json"),
    config: { ...(await json("tokenizer_config.json")) },
    fingerprint: name,
  });
}

/** The model's graph; where encoder and decoder are two files, one of both. */
async function graphOf(folder: string, { graphs }: Case): Promise<Graph> {
  const [first, second] = await Promise.all(graphs.map(({ file }) => readModelFile(join(folder, file))));
  if (first === undefined) throw new ConfigError("The case has no graph.");
  return second === undefined ? first : joinEncoderDecoder(first, second);
}

function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}
