import { type Backbone, type Callback, type EndEvent, type Optimizer, type Schedule } from "@incipit/core";
import { seededRandom } from "@incipit/tensor";
import {
  adafactor,
  adam,
  adamw,
  constant,
  cosine,
  fit,
  type FitOptions,
  type Identity,
  linear,
  lion,
  type ScheduleOptions,
  sgd,
} from "@incipit/trainer";
import { fileCheckpoints } from "@incipit/trainer/node";
import type { TrainCommandOptions } from "../commands/train.js";
import { EVALUATION_BATCH } from "../defaults.js";
import type { Part, TrainingData } from "./data.js";
import type { Parts } from "./parts.js";
import type { Setup } from "./setup.js";
import type { Task } from "./task.js";

const optimizers: Readonly<Record<TrainCommandOptions["optimizer"], () => Optimizer>> = {
  adamw,
  adam,
  sgd,
  adafactor,
  lion,
};

const schedules: Readonly<Record<TrainCommandOptions["schedule"], (options: ScheduleOptions) => Schedule>> = {
  linear,
  cosine,
  constant,
};

/** All that a run is made of. */
export interface Run {
  readonly task: Task;
  readonly options: TrainCommandOptions;
  readonly data: TrainingData;
  readonly backbone: Backbone;
  readonly parts: Parts;
  readonly setup: Setup;
  /** The file that keeps the state of the run. */
  readonly checkpoint: string;
}

/**
 * Train as the options say.
 * @throws all that `fit` of the trainer throws
 */
export async function fitRun(
  run: Run,
  { callbacks, signal }: { readonly callbacks: readonly Callback[]; readonly signal: AbortSignal },
): Promise<EndEvent> {
  const { options, data, setup, checkpoint } = run;
  const { batchSize, seed, checkpointEvery, patience } = options;
  const random = seededRandom(seed).stream("order");
  return fit({
    step: setup.step,
    batches: await setup.batches(data.train, { batchSize, random }),
    epochs: options.epochs,
    learningRates: { prompt: options.promptRate, head: options.headRate, model: options.modelRate },
    optimizer: optimizers[options.optimizer](),
    schedule: schedules[options.schedule]({ warmup: options.warmup }),
    clipNorm: options.clip,
    microBatchTokens: options.microBatchTokens,
    seed,
    ...(data.validation && { evaluation: await evaluationOn(data.validation, run) }),
    ...(patience !== undefined && { earlyStopping: { patience } }),
    checkpoint: {
      store: fileCheckpoints(checkpoint),
      ...(checkpointEvery !== undefined && { every: checkpointEvery }),
    },
    resume: options.resume === true,
    identity: identityOf(run),
    callbacks,
    signal,
  });
}

async function evaluationOn(
  validation: Part<unknown>,
  { task, data, setup, options }: Run,
): Promise<NonNullable<FitOptions["evaluation"]>> {
  return {
    batches: await setup.batches(validation, { batchSize: EVALUATION_BATCH }),
    metric: () => task.metric(data, validation, options),
    select: setup.select ?? task.select,
  };
}

/** What a run's result depends on that the trainer does not see. */
function identityOf({ data, backbone, parts, options }: Run): Identity {
  return {
    data: data.sources.map(({ sha256 }) => sha256).join(" "),
    labels: data.labels.join(", "),
    model: backbone.fingerprint,
    precision: options.precision,
    tokenizer: backbone.tokenizer.fingerprint,
    prompt: JSON.stringify(parts.prompt?.config),
    head: JSON.stringify(parts.head.config),
    maxLength: options.maxLength,
    modulesToSave: options.modulesToSave?.join(" "),
    temperature: options.task === "similarity" ? options.temperature : undefined,
    stride: options.stride,
  };
}
