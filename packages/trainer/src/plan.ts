import {
  ConfigError,
  DataError,
  ShapeError,
  type BatchSource,
  type Metric,
  type Parameters,
  type ParameterSpec,
} from "@incipit/core";
import { equalShapes } from "@incipit/tensor";
import { initialParameters } from "./initial-parameters.js";
import { inMicroBatches, MICRO_BATCH_TOKENS } from "./micro-batches.js";
import { adamw } from "./optimizers/adamw.js";
import { type Selection, type TrainOptions } from "./options.js";
import { linear } from "./schedules.js";

/** When, on what and by what a run is evaluated. */
export interface EvaluationPlan {
  readonly batches: BatchSource;
  readonly metric: () => Metric;
  readonly every: number;
  readonly select: Selection | undefined;
}

/** A run's options, checked and with all defaults and derived numbers filled in. */
export type Plan = ReturnType<typeof planRun>;

/**
 * @throws {ConfigError} when an option or a combination of options cannot work
 * @throws {DataError} when there is nothing to train on
 * @throws {ShapeError} when a given parameter has another shape than the step's
 */
export function planRun(options: TrainOptions) {
  const { batches, accumulation = 1, seed = 0, evaluation, earlyStopping, checkpoint } = options;
  const { microBatchTokens = MICRO_BATCH_TOKENS } = options;
  const step = inMicroBatches(options.step, microBatchTokens);
  checkWhole("accumulation", accumulation);
  if (batches.batches < 1) throw new DataError("There are no batches to train on: the data is empty.");
  const updatesPerEpoch = Math.ceil(batches.batches / accumulation);

  if (evaluation?.every !== undefined) checkWhole("evaluation.every", evaluation.every);
  if (checkpoint?.every !== undefined) checkWhole("checkpoint.every", checkpoint.every);
  if (earlyStopping) {
    checkWhole("earlyStopping.patience", earlyStopping.patience);
    if (!evaluation?.select) {
      throw new ConfigError(
        "earlyStopping needs evaluation.select: name the metric that has to get better, and whether up or down.",
      );
    }
  }
  if (options.resume && !checkpoint) {
    throw new ConfigError("resume needs checkpoint: say where the run to continue was saved.");
  }
  if (options.clipNorm !== undefined && !(options.clipNorm > 0)) {
    throw new ConfigError(`clipNorm is ${options.clipNorm}; expected a number above 0.`);
  }

  return {
    step,
    batches,
    accumulation,
    // Where there is nothing to cut, it changes nothing.
    microBatchTokens: step.tokenInputs && microBatchTokens,
    seed,
    updatesPerEpoch,
    totalSteps: totalSteps(options, updatesPerEpoch),
    optimizer: options.optimizer ?? adamw(),
    schedule: options.schedule ?? linear(),
    clipNorm: options.clipNorm,
    learningRates: options.learningRates,
    rates: parameterRates(options),
    initial: startingParameters(step.parameters, seed, options.parameters ?? {}),
    evaluation: evaluation && {
      batches: evaluation.batches,
      metric: evaluation.metric,
      every: evaluation.every ?? updatesPerEpoch,
      select: evaluation.select,
    },
    patience: earlyStopping?.patience,
    checkpoint: checkpoint && { store: checkpoint.store, every: checkpoint.every ?? updatesPerEpoch },
    resume: options.resume ?? false,
    identity: options.identity ?? {},
    signal: options.signal,
  };
}

function totalSteps({ epochs, steps }: TrainOptions, updatesPerEpoch: number): number {
  if (epochs !== undefined && steps === undefined) {
    checkWhole("epochs", epochs);
    return epochs * updatesPerEpoch;
  }
  if (steps !== undefined && epochs === undefined) {
    checkWhole("steps", steps);
    return steps;
  }
  throw new ConfigError("Give either epochs or steps: how long to train.");
}

/** Group rate × own scale of each trainable parameter. */
function parameterRates({ step, learningRates }: TrainOptions): Readonly<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const { name, group, learningRateScale } of step.parameters) {
    if (!step.trainable.includes(name)) continue;
    const rate = learningRates[group];
    if (rate === undefined) {
      throw new ConfigError(
        `Parameter "${name}" is trained, but learningRates has no rate for its group "${group}".`,
      );
    }
    if (!Number.isFinite(rate) || rate < 0) {
      throw new ConfigError(`learningRates.${group} is ${rate}; expected a number of at least 0.`);
    }
    rates[name] = rate * learningRateScale;
  }
  if (Object.keys(rates).length === 0) {
    throw new ConfigError(
      "Nothing is trainable: prompt and head have no parameters, or all of them are frozen.",
    );
  }
  return rates;
}

function startingParameters(specs: readonly ParameterSpec[], seed: number, given: Parameters): Parameters {
  for (const [name, { shape }] of Object.entries(given)) {
    const spec = specs.find((candidate) => candidate.name === name);
    if (!spec) {
      const known = specs.map((candidate) => `"${candidate.name}"`).join(", ");
      throw new ConfigError(
        `There is no parameter "${name}" to start from a given value; there are ${known}.`,
      );
    }
    if (!equalShapes(shape, spec.shape)) {
      throw new ShapeError(
        `The given value of parameter "${name}" has shape [${shape.join(", ")}], expected [${spec.shape.join(", ")}].`,
      );
    }
  }
  const drawn = specs.filter(({ name }) => given[name] === undefined);
  return { ...initialParameters(drawn, seed), ...given };
}

function checkWhole(option: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ConfigError(`${option} is ${value}; expected a whole number of at least 1.`);
  }
}
