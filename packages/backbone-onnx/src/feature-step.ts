import {
  ConfigError,
  type FeatureSpec,
  type Head,
  type Objective,
  type ParameterGroup,
  type TrainStep,
} from "@incipit/core";
import { GraphBuilder, onnxOps, removeDeadNodes } from "@incipit/onnx";
import type { SessionOptions } from "@incipit/runtime";
import { addOutputs, type Composition } from "./compose.js";
import { graphStep, trainableNames } from "./graph-step.js";
import { trainingGraph } from "./training-graph.js";

/** What a training step over features that were computed before is made of. */
export interface FeatureStepParts {
  readonly head: Head;
  /** Without one the step can only predict. */
  readonly objective?: Objective;
  /** Features of kind `pooled`: each batch brings a tensor `[batch, width]` for every name. */
  readonly features: Readonly<Record<string, FeatureSpec>>;
  /** Groups that get gradients; all of them by default. */
  readonly trainable?: readonly ParameterGroup[];
  /** Device and threads. @default one thread: a head alone is too little work to be shared out */
  readonly session?: SessionOptions;
}

/**
 * A training step over pooled features that a frozen model computed once: no model and no prompt, a head and its loss as one
 * small ONNX graph.
 * @throws {ConfigError} when a feature is not pooled
 */
export async function featureStep(parts: FeatureStepParts): Promise<TrainStep> {
  const { objective, session = { threads: 1 } } = parts;
  const composition = composeHead(parts);
  const { parameters, outputs, graph } = composition;
  const trainable = trainableNames(parameters, parts.trainable);
  return graphStep({
    parameters,
    outputs,
    trainable,
    wholeBatch: objective?.wholeBatch,
    training: objective && (trainable.length === 0 ? graph : await trainingGraph(composition, trainable)),
    prediction: () => Promise.resolve(composeHead({ head: parts.head, features: parts.features }).graph),
    session,
  });
}

/** Head and objective as one graph whose inputs are the features, the targets and the parameters. */
function composeHead({ head, objective, features }: Omit<FeatureStepParts, "session">): Composition {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const layout = { virtualTokens: 0, placement: "front" } as const;
  const values = Object.fromEntries(
    Object.entries(features).map(([name, { kind, width }]) => {
      if (kind === "pooled") return [name, g.input(name, "float32", ["batch", width])];
      throw new ConfigError(
        `featureStep: feature "${name}" is of kind ${kind}; only pooled ones can be stored.`,
      );
    }),
  );
  // A text's one vector is all that there is of it: one position, of text.
  const [feature] = Object.values(values);
  if (feature === undefined) throw new ConfigError("featureStep: there is no feature to read.");
  const one = ops.constant({ dtype: "int64", shape: [1, 1], data: BigInt64Array.of(1n) });
  const mask = ops.expand(one, [{ of: feature, axis: 0 }, 1]);
  const parameters = head.parameters({ features });
  const outputs = g.scope("head", () =>
    head.build(ops, {
      features: values,
      featureSpecs: features,
      mask,
      textMask: mask,
      ...layout,
      parameters: Object.fromEntries(
        parameters.map(({ name, shape }) => [name, g.input(name, "float32", shape)]),
      ),
    }),
  );
  addOutputs(g, ops, { outputs, objective, layout });
  return {
    graph: removeDeadNodes(g.build()),
    parameters,
    rowsPerExample: objective?.rowsPerExample ?? 1,
    outputs: Object.keys(outputs),
  };
}
