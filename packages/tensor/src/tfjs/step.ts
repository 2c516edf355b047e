import {
  type Batch,
  ConfigError,
  type FeatureSpec,
  type Head,
  type HeadContext,
  type Objective,
  type ParameterGroup,
  type Parameters,
  type StepResult,
  type TrainStep,
} from "@incipit/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { toFloat32 } from "../host/convert.js";
import { load, type NamedShape, unload } from "./load.js";
import { tfjsOps } from "./ops.js";
import { fromTfjs, type TensorFlow } from "./tensors.js";

/** What a training step over cached features is made of. */
export interface TfjsStepParts {
  /** TF.js with a backend, as `chooseBackend` gives it. */
  readonly tf: TensorFlow;
  readonly head: Head;
  /** Without one the step can only predict. */
  readonly objective?: Objective;
  /** The cached features: each batch brings a tensor for every name. */
  readonly features: Readonly<Record<string, FeatureSpec>>;
  /** Groups that get gradients; all of them by default. */
  readonly trainable?: readonly ParameterGroup[];
}

/**
 * A training step over features that a frozen backbone computed once: no backbone and no prompt, only a head.
 *
 * A batch holds the features (`[batch, width]` or `[batch, positions, width]`), the objective's targets, and optionally
 * `mask` and `textMask` `[batch, positions]`; without them every position is text. Equal inputs give equal bytes, as
 * long as the backend is the same.
 *
 * The step's methods reject with a `ConfigError` when a tensor is missing and a `ShapeError` when one has another shape.
 */
export function tfjsStep({ tf, head, objective, features, trainable }: TfjsStepParts): TrainStep {
  const ops = tfjsOps(tf);
  const parameters = head.parameters({ features });
  const learned = parameters.filter(({ group }) => trainable?.includes(group) ?? true);

  const contextOf = (batch: Batch, values: Parameters): HeadContext<Tensor> => {
    const loaded = load(tf, "batch", featureShapes(features), batch);
    const ones = () => tf.ones(maskShape(loaded), "int32");
    const { mask = ones(), textMask = mask } = load(tf, "batch", maskShapes(batch), batch);
    return {
      features: loaded,
      featureSpecs: features,
      mask,
      textMask,
      parameters: load(tf, "parameters", parameters, values),
      virtualTokens: 0,
      placement: "front",
    };
  };

  const step = (batch: Batch, values: Parameters): StepResult => {
    if (objective === undefined) {
      throw new ConfigError("tfjsStep: a step needs an objective; give one, or call predict.");
    }
    const context = contextOf(batch, values);
    const targets = load(tf, "batch", objective.targets, batch);
    let count = NaN;
    const loss = () => {
      const quotient = objective.build(ops, {
        outputs: head.build(ops, context),
        targets,
        virtualTokens: context.virtualTokens,
        placement: context.placement,
      });
      // Read here: TF.js frees all but the loss when this function returns.
      count = item(quotient.count);
      return tf.div(quotient.total, quotient.count);
    };
    const wrt = learned.map(({ name }) => [name, context.parameters[name] as Tensor] as const);
    return { ...differentiate(tf, loss, wrt), count };
  };

  return {
    parameters,
    trainable: learned.map(({ name }) => name),
    wholeBatch: objective?.wholeBatch,
    step: (batch, values) => scoped(tf, () => step(batch, values)),
    predict: (batch, values) => scoped(tf, () => unload(head.build(ops, contextOf(batch, values)))),
    dispose: () => Promise.resolve(),
  };
}

/** Run `compute`, then free every tensor that it made. */
function scoped<R>(tf: TensorFlow, compute: () => R): Promise<R> {
  return new Promise((resolve) => {
    tf.engine().startScope();
    try {
      resolve(compute());
    } finally {
      tf.engine().endScope();
    }
  });
}

function differentiate(
  tf: TensorFlow,
  loss: () => Tensor,
  wrt: readonly (readonly [name: string, value: Tensor])[],
): Pick<StepResult, "loss" | "gradients"> {
  if (wrt.length === 0) return { loss: item(loss()), gradients: {} };
  const values = wrt.map(([, value]) => value);
  // The engine's own method, unlike tf.grads, lets the loss be independent of a parameter.
  const { value, grads } = tf.engine().gradients(loss, values, undefined, true);
  const gradients = wrt.map(([name, x], i) => [name, toFloat32(fromTfjs(grads[i] ?? tf.zerosLike(x)))]);
  return { loss: item(value), gradients: Object.fromEntries(gradients) as Parameters };
}

function item(scalar: Tensor): number {
  return scalar.dataSync()[0] as number;
}

const SHAPES: Readonly<Record<FeatureSpec["kind"], (width: number) => NamedShape["shape"]>> = {
  tokens: (width) => ["batch", "positions", width],
  positions: () => ["batch", "positions"],
  pooled: (width) => ["batch", width],
};

function featureShapes(features: TfjsStepParts["features"]): NamedShape[] {
  return Object.entries(features).map(([name, { kind, width }]) => ({
    name,
    shape: SHAPES[kind](width),
  }));
}

/** Of the two masks, those that the batch brings. */
function maskShapes(batch: Batch): NamedShape[] {
  return ["mask", "textMask"]
    .filter((name) => batch[name] !== undefined)
    .map((name) => ({ name, shape: ["batch", "positions"] }));
}

/** `[batch, positions]` of the features; pooled ones alone have a single position. */
function maskShape(features: Readonly<Record<string, Tensor>>): [batch: number, positions: number] {
  const all = Object.values(features);
  const tokens = all.find(({ rank }) => rank === 3);
  return [all[0]?.shape[0] ?? 0, tokens?.shape[1] ?? 1];
}
