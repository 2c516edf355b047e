import {
  ConfigError,
  type BackboneInfo,
  type Batch,
  type NamedTensors,
  type Parameters,
  type StepResult,
  type TrainStep,
  type TrainStepParts,
} from "@incipit/core";
import { gradientName } from "@incipit/autodiff";
import { createSession, type Session, type SessionOptions } from "@incipit/runtime";
import { withDefaults } from "./default-inputs.js";
import { compose, COUNT, LOSS, outputName, type FrozenModel } from "./compose.js";
import { paddedInputs } from "./padded-inputs.js";
import type { OptimizationOptions } from "./optimization.js";
import { predictionGraph, trainingGraph } from "./training-graph.js";

/** How a step's graphs are made and run. */
export interface StepOptions {
  readonly session?: SessionOptions;
  readonly optimization?: OptimizationOptions;
}

/** A training step that is one ONNX graph run by ONNX Runtime. */
export async function onnxTrainStep(
  model: FrozenModel,
  info: BackboneInfo,
  parts: TrainStepParts,
  { session: options = {}, optimization = {} }: StepOptions,
): Promise<TrainStep> {
  const composition = compose(model, info, parts);
  const groups = new Set(parts.trainable ?? ["prompt", "head", "model"]);
  const trainable = composition.parameters.filter((spec) => groups.has(spec.group)).map((spec) => spec.name);
  const outputs = composition.outputs.map((name) => [name, outputName(name)] as const);
  const named = (results: NamedTensors): NamedTensors =>
    Object.fromEntries(outputs.flatMap(([name, key]) => (results[key] ? [[name, results[key]]] : [])));

  const graphOptions = { optimization, text: model };
  const train = parts.objective === undefined ? undefined : await trainSession();
  const predict = once(async () => {
    const predicting =
      parts.objective === undefined ? composition : compose(model, info, withoutObjective(parts));
    return createSession(await predictionGraph(predicting, model.site.embedding, graphOptions), options);
  });

  async function trainSession(): Promise<Session> {
    const graph =
      trainable.length > 0 ? await trainingGraph(composition, trainable, graphOptions) : composition.graph;
    return createSession(graph, options);
  }

  return {
    parameters: composition.parameters,
    trainable,
    tokenInputs: paddedInputs(model, parts.objective),
    virtualTokens: parts.prompt?.virtualTokens,
    wholeBatch: parts.objective?.wholeBatch,
    async step(batch: Batch, parameters: Parameters): Promise<StepResult> {
      if (train === undefined)
        throw new ConfigError("This step was compiled without an objective; it can only predict.");
      const results = await train.run(feeds(train, batch, parameters));
      return {
        loss: scalar(results, LOSS),
        count: scalar(results, COUNT),
        gradients: Object.fromEntries(trainable.map((name) => [name, float32(results, gradientName(name))])),
      };
    },
    async predict(batch, parameters) {
      const session = await predict();
      return named(await session.run(feeds(session, batch, parameters)));
    },
    async dispose() {
      await train?.dispose();
      if (predict.started()) await (await predict()).dispose();
    },
  };
}

function withoutObjective({ prompt, head, modulesToSave }: TrainStepParts): TrainStepParts {
  return { head, ...(prompt && { prompt }), ...(modulesToSave && { modulesToSave }) };
}

/** Of batch and parameters what the session takes; what it lacks it reports itself. */
function feeds(session: Session, batch: Batch, parameters: Parameters): NamedTensors {
  const complete = withDefaults(batch);
  return Object.fromEntries(
    session.inputNames.flatMap((name) => {
      const tensor = parameters[name] ?? complete[name];
      return tensor === undefined ? [] : [[name, tensor]];
    }),
  );
}

function float32(results: NamedTensors, name: string) {
  const tensor = results[name];
  if (tensor?.dtype !== "float32") throw new ConfigError(`The training graph gave no float32 "${name}".`);
  return tensor;
}

function scalar(results: NamedTensors, name: string): number {
  return float32(results, name).data[0] ?? Number.NaN;
}

/** Runs `make` at the first call only. */
export function once<T>(make: () => Promise<T>): (() => Promise<T>) & { started(): boolean } {
  let made: Promise<T> | undefined;
  return Object.assign(() => (made ??= make()), { started: () => made !== undefined });
}
