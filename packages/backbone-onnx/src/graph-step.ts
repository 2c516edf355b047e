import {
  ConfigError,
  type NamedTensors,
  type ParameterGroup,
  type Parameters,
  type ParameterSpec,
  type TrainStep,
} from "@incipit/core";
import { gradientName } from "@incipit/autodiff";
import type { Graph } from "@incipit/onnx";
import { createSession, type Session, type SessionOptions } from "@incipit/runtime";
import { COUNT, LOSS, outputName } from "./compose.js";
import { withDefaults } from "./default-inputs.js";

/** The graphs of a step, and what there is to know of them. */
export interface GraphStepParts extends Omit<TrainStep, "step" | "predict" | "dispose" | "concurrency"> {
  /** Names of the head's outputs. */
  readonly outputs: readonly string[];
  /** Gives out loss, count and gradients; without it the step can only predict. */
  readonly training: Graph | undefined;
  /** Makes, when it is first needed, the graph that gives out the head's outputs. */
  readonly prediction: () => Promise<Graph>;
  readonly session: SessionOptions;
}

/** A training step whose graphs ONNX Runtime runs. */
export async function graphStep(parts: GraphStepParts): Promise<TrainStep> {
  const { outputs, training, prediction, session: options, ...description } = parts;
  const { trainable } = description;
  const train = training && (await createSession(training, options));
  const predict = once(async () => createSession(await prediction(), options));
  return {
    ...description,
    concurrency: train?.concurrency,
    async step(batch, parameters) {
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
      const results = await session.run(feeds(session, batch, parameters));
      return Object.fromEntries(
        outputs.flatMap((name) => {
          const result = results[outputName(name)];
          return result ? [[name, result]] : [];
        }),
      );
    },
    async dispose() {
      await train?.dispose();
      if (predict.started()) await (await predict()).dispose();
    },
  };
}

/** Names of the parameters of these groups, of all by default. */
export function trainableNames(
  parameters: readonly ParameterSpec[],
  groups: readonly ParameterGroup[] = ["prompt", "head", "model"],
): readonly string[] {
  return parameters.filter((spec) => groups.includes(spec.group)).map((spec) => spec.name);
}

/** Of batch and parameters what the session takes; what it lacks it reports itself. */
function feeds(session: Session, batch: NamedTensors, parameters: Parameters): NamedTensors {
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
