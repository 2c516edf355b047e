import {
  MismatchError,
  type BatchSource,
  type NamedTensors,
  type Optimizer,
  type Parameters,
} from "@incipit/core";
import { writeSafetensors } from "@incipit/safetensors";
import { tensor } from "@incipit/tensor";
import { type Plan } from "./plan.js";
import { type Identity } from "./state.js";

/**
 * All that decides a run's result, in values that can be stored and compared. Functions and data are represented by a digest of
 * what they do or hold: the schedule by its multipliers, the optimizer by a trial of it, the data by its first batch.
 */
export async function identify(plan: Plan): Promise<Identity> {
  const { evaluation } = plan;
  return {
    ...plan.identity,
    steps: plan.totalSteps,
    accumulation: plan.accumulation,
    microBatchTokens: plan.microBatchTokens,
    clipNorm: plan.clipNorm,
    seed: plan.seed,
    ...Object.fromEntries(
      Object.entries(plan.learningRates).map(([group, rate]) => [`learningRates.${group}`, rate]),
    ),
    trainable: Object.keys(plan.rates).toSorted().join(" "),
    schedule: await digest(multipliers(plan)),
    optimizer: await digest(trial(plan.optimizer)),
    parameters: await digest(plan.initial),
    batches: await describeBatches(plan.batches),
    "evaluation.every": evaluation?.every,
    "evaluation.select": evaluation?.select && `${evaluation.select.mode} ${evaluation.select.metric}`,
    "evaluation.batches": evaluation && (await describeBatches(evaluation.batches)),
    "earlyStopping.patience": plan.patience,
  };
}

/**
 * @param location where the checkpoint is, for the message
 * @throws {MismatchError} when a checkpoint's options are not those of this run, naming each that differs
 */
export function checkIdentity(saved: Identity, current: Identity, location: string): void {
  const names = [...new Set([...Object.keys(saved), ...Object.keys(current)])].toSorted();
  const differing = names.filter((name) => saved[name] !== current[name]);
  if (differing.length === 0) return;
  const list = differing
    .map((name) => `${name} (was ${saved[name] ?? "not set"}, is ${current[name] ?? "not set"})`)
    .join(", ");
  throw new MismatchError(
    `The checkpoint ${location} is of a run with other options: ${list}. ` +
      "Give the same options to continue it, or start anew without resume.",
    { details: { location, options: differing } },
  );
}

function multipliers({ schedule, totalSteps }: Plan): NamedTensors {
  const values = Float64Array.from({ length: totalSteps }, (_, step) => schedule(step, totalSteps));
  return { multipliers: tensor("float64", [totalSteps], values) };
}

/** Two updates of a small matrix whose gradients span many orders of magnitude, so that every setting shows. */
function trial(optimizer: Optimizer): Parameters {
  const matrix = (values: readonly number[]): Parameters => ({ matrix: tensor("float32", [2, 3], values) });
  let parameters = matrix([1, -2, 3, -4, 5, -6]);
  let state = optimizer.init(parameters);
  const gradients = [matrix([1e-9, 1e-7, -1e-5, 1e-3, -0.1, 10]), matrix([-1, 1e-8, 1e-4, -1e-6, 1, 0.01])];
  gradients.forEach((gradient, step) => {
    const rates = { matrix: 0.1 };
    ({ parameters, state } = optimizer.update({ parameters, gradients: gradient, state, rates, step }));
  });
  return { ...parameters, ...state };
}

async function describeBatches(source: BatchSource): Promise<string> {
  const size = `${source.examples} examples in ${source.batches} batches`;
  const [first] = source.epoch(0);
  return first ? `${size}, the first ${await digest(first)}` : size;
}

/** The first 16 hexadecimal digits of the SHA-256 over names, shapes and data. */
async function digest(tensors: NamedTensors): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new Uint8Array(writeSafetensors(tensors)));
  return Array.from(new Uint8Array(hash, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
