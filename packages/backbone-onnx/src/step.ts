import type { BackboneInfo, TrainStep, TrainStepParts } from "@incipit/core";
import { defaultWorkers, type SessionOptions } from "@incipit/runtime";
import { compose, type FrozenModel } from "./compose.js";
import { graphStep, trainableNames } from "./graph-step.js";
import type { OptimizationOptions } from "./optimization.js";
import { paddedInputs } from "./padded-inputs.js";
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
  { session = {}, optimization = {} }: StepOptions,
): Promise<TrainStep> {
  const composition = compose(model, info, parts);
  const trainable = trainableNames(composition.parameters, parts.trainable);
  const graphOptions = { optimization, text: model };
  const { embedding } = model.site;
  const training = () =>
    trainable.length === 0
      ? predictionGraph(composition, embedding, graphOptions)
      : trainingGraph(composition, trainable, graphOptions);
  return graphStep({
    parameters: composition.parameters,
    outputs: composition.outputs,
    trainable,
    tokenInputs: paddedInputs(model, parts.objective),
    virtualTokens: parts.prompt?.virtualTokens,
    wholeBatch: parts.objective?.wholeBatch,
    training: parts.objective && (await training()),
    prediction: () => {
      const predicting =
        parts.objective === undefined ? composition : compose(model, info, withoutObjective(parts));
      return predictionGraph(predicting, embedding, graphOptions);
    },
    // Training runs parts of batches side by side; a text that is only predicted is answered soonest by all threads together.
    session: { workers: parts.objective ? defaultWorkers(composition.graph, session) : 0, ...session },
  });
}

function withoutObjective({ prompt, head, modulesToSave }: TrainStepParts): TrainStepParts {
  return { head, ...(prompt && { prompt }), ...(modulesToSave && { modulesToSave }) };
}
