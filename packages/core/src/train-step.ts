import type { Batch, NamedTensors, Parameters } from "./host-tensor.js";
import type { ParameterSpec } from "./parameters.js";

/** What a training step gives for one batch. */
export interface StepResult {
  /** Mean loss over the batch: `total / count` of the objective. */
  readonly loss: number;
  /** What the mean was taken over (examples, or tokens): the weight of this batch when several are added up. */
  readonly count: number;
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
  /**
   * Inputs and targets with a value per token of the text, `[batch, seq]`: what a batch is padded in. Absent where nothing is, or
   * where the model reads padding like text.
   */
  readonly tokenInputs?: readonly string[] | undefined;
  /** Positions that the prompt adds to every row of a batch. @default 0 */
  readonly virtualTokens?: number | undefined;
  /** Whether the loss compares a batch's rows with each other, so that `step` must be given them all at once. @default false */
  readonly wholeBatch?: boolean | undefined;
  /** Calls of `step`, or of `predict`, that are computed at the same time if they are made at the same time. @default 1 */
  readonly concurrency?: number | undefined;
  step(batch: Batch, parameters: Parameters): Promise<StepResult>;
  /** The head's outputs, without loss; the batch needs no targets. */
  predict(batch: Batch, parameters: Parameters): Promise<NamedTensors>;
  dispose(): Promise<void>;
}
