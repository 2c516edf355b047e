import {
  ConfigError,
  type CheckpointEvent,
  type EndEvent,
  type EvaluationEvent,
  type Parameters,
  type TrainEvent,
  type WarningEvent,
} from "@incipit/core";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";
import { classCounts } from "./class-counts.js";
import { measure } from "./evaluate.js";
import { checkIdentity, identify } from "./identity.js";
import { type Selection, type TrainOptions } from "./options.js";
import { planRun, type EvaluationPlan, type Plan } from "./plan.js";
import { type Identity, type TrainingState } from "./state.js";
import { updateBatches } from "./update-batches.js";
import { makeUpdate } from "./update.js";

/**
 * Train, and tell what happens; the last event is the end. The same options give the same parameters to the byte, also when
 * the run is interrupted at any point and resumed from its checkpoint.
 * @throws {ConfigError} when the options cannot work
 * @throws {DataError} when there is nothing to train or evaluate on
 * @throws {DivergenceError} when a loss, gradient or parameter is not a finite number; the checkpoint stays as it was
 * @throws {MismatchError} when the checkpoint to resume is of a run with other options
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, EndEvent> {
  const plan = planRun(options);
  const { checkpoint, signal } = plan;
  const identity = checkpoint ? await identify(plan) : {};
  const saved = await restore(plan, identity);
  if (plan.resume && !saved) {
    yield warning(
      0,
      `There is no checkpoint at ${checkpoint?.store.location ?? ""} yet: starting from the beginning.`,
    );
  }

  let state = saved ?? initialState(plan, identity);
  let safe = saved;
  const upcoming = updateBatches(plan.batches, plan.accumulation, state.step);
  for (;;) {
    if (plan.evaluation && evaluationDue(plan.evaluation, plan, state)) {
      const evaluation = await evaluateState(plan.evaluation, plan, state);
      if (evaluation) {
        state = evaluation.state;
        yield* evaluation.events;
      }
    }
    const finished = isFinished(plan, state);
    const stop = finished || (signal?.aborted ?? false);
    if (checkpoint && state !== safe && (stop || state.step % checkpoint.every === 0)) {
      await checkpoint.store.save(encodeCheckpoint(state));
      safe = state;
      yield {
        type: "checkpoint",
        step: state.step,
        path: checkpoint.store.location,
      } satisfies CheckpointEvent;
    }
    if (stop) {
      const end = endEvent(plan, state, finished);
      yield end;
      return end;
    }
    const update = await makeUpdate(plan, state, upcoming.next().value);
    state = update.state;
    yield update.event;
  }
}

function initialState(plan: Plan, identity: Identity): TrainingState {
  const trainable = Object.entries(plan.initial).filter(([name]) => plan.rates[name] !== undefined);
  return {
    step: 0,
    parameters: plan.initial,
    optimizer: plan.optimizer.init(Object.fromEntries(trainable)),
    evaluated: undefined,
    best: undefined,
    sinceBest: 0,
    warnedOfOneClass: false,
    identity,
  };
}

async function restore(
  { checkpoint, resume, initial }: Plan,
  identity: Identity,
): Promise<TrainingState | undefined> {
  if (!checkpoint || !resume) return undefined;
  const { store } = checkpoint;
  const bytes = await store.load();
  if (!bytes) return undefined;
  const state = decodeCheckpoint(bytes, store.location);
  checkIdentity(state.identity, identity, store.location);
  return {
    ...state,
    parameters: inOrderOf(initial, state.parameters),
    best: state.best && { ...state.best, parameters: inOrderOf(initial, state.best.parameters) },
  };
}

/** A file has its tensors in an order of its own; whoever adds up over parameters should not notice. */
function inOrderOf(order: Parameters, parameters: Parameters): Parameters {
  const names = Object.keys(order);
  return Object.fromEntries(
    Object.entries(parameters).toSorted(([a], [b]) => names.indexOf(a) - names.indexOf(b)),
  );
}

function evaluationDue(
  { every }: EvaluationPlan,
  { totalSteps }: Plan,
  { step, evaluated }: TrainingState,
): boolean {
  return step > (evaluated?.step ?? 0) && (step % every === 0 || step === totalSteps);
}

/** The state after an evaluation and what to tell of it; nothing when the signal cut it short. */
async function evaluateState(
  { batches, metric: createMetric, select }: EvaluationPlan,
  { step, signal }: Plan,
  state: TrainingState,
): Promise<{ state: TrainingState; events: TrainEvent[] } | undefined> {
  const metric = createMetric();
  const counts = classCounts();
  const { parameters } = state;
  if (!(await measure({ step, parameters, batches, metrics: [metric, counts], signal }))) return undefined;

  const metrics = metric.values();
  const best = select !== undefined && isBetter(select, metrics, state.best?.metrics);
  const event: EvaluationEvent = { type: "evaluation", step: state.step, metrics, best };
  const oneClass = oneClassWarning(state, counts.values());
  return {
    state: {
      ...state,
      evaluated: { step: state.step, metrics },
      best: best ? { step: state.step, metrics, parameters } : state.best,
      sinceBest: best ? 0 : state.sinceBest + 1,
      warnedOfOneClass: state.warnedOfOneClass || oneClass !== undefined,
    },
    events: oneClass ? [event, oneClass] : [event],
  };
}

/** Whether the selected metric is a number better than that of the best so far. */
function isBetter(
  { metric, mode }: Selection,
  metrics: Readonly<Record<string, number>>,
  best: Readonly<Record<string, number>> | undefined,
): boolean {
  const value = metrics[metric];
  if (value === undefined) {
    const names = Object.keys(metrics).join(", ");
    throw new ConfigError(`evaluation.select names the metric "${metric}"; the evaluation gives ${names}.`);
  }
  const previous = best?.[metric];
  if (previous === undefined) return !Number.isNaN(value);
  return mode === "max" ? value > previous : value < previous;
}

function oneClassWarning(
  { step, warnedOfOneClass }: TrainingState,
  { predictedClasses = 0, presentClasses = 0 }: Readonly<Record<string, number>>,
): WarningEvent | undefined {
  if (warnedOfOneClass || predictedClasses !== 1 || presentClasses < 2) return undefined;
  return warning(
    step,
    `Every evaluation example gets the same class, of ${presentClasses} there are: the model has not learned to tell them ` +
      "apart. If later evaluations say the same, raise the prompt's learning rate, train longer, or check the labels.",
  );
}

function isFinished(plan: Plan, state: TrainingState): boolean {
  if (plan.evaluation && evaluationDue(plan.evaluation, plan, state)) return false;
  return state.step === plan.totalSteps || outOfPatience(plan, state);
}

function outOfPatience({ patience }: Plan, { sinceBest }: TrainingState): boolean {
  return patience !== undefined && sinceBest >= patience;
}

function endEvent(plan: Plan, state: TrainingState, finished: boolean): EndEvent {
  const stopped = state.step < plan.totalSteps ? "early-stopping" : "completed";
  const kept: { parameters: Parameters; metrics: Readonly<Record<string, number>> } = state.best ?? {
    parameters: state.parameters,
    metrics: state.evaluated?.metrics ?? {},
  };
  return {
    type: "end",
    step: state.step,
    reason: finished ? stopped : "interrupted",
    parameters: kept.parameters,
    metrics: kept.metrics,
  };
}

function warning(step: number, message: string): WarningEvent {
  return { type: "warning", step, message };
}
