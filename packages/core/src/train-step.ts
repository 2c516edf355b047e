import type { Batch, NamedTensors, Parameters } from "./host-tensor.js";
import type { ParameterSpec } from "./parameters.js";

/** What a training step gives for one batch. */
export interface StepResult {
  /** Mean loss over the batch: `total / count` of the objective. */
  readonly loss: number;
  /** What the mean was taken over (examples, or tokens): the weight of this batch when several are added up. */
  readonly count: number;
  /** The head's outputs. */
  readonly outputs: NamedTensors;
  /** d loss / d parameter, for every trainable parameter. */
  readonly gradients: Parameters;
}

/**
 * The one seam between the training loop and whatever computes: an ONNX graph, TF.js over cached features, a remote
 * worker, a gradient-free estimator.
 */
export interface TrainStep {
  /** All parameters, frozen ones included. */
  readonly parameters: readonly ParameterSpec[];
  /** Names of those that `step` returns gradients for. */
  readonly trainable: readonly string[];
  step(batch: Batch, parameters: Parameters): Promise<StepResult>;
  /** The head's outputs, without loss; the batch needs no targets. */
  predict(batch: Batch, parameters: Parameters): Promise<NamedTensors>;
  dispose(): Promise<void>;
}
