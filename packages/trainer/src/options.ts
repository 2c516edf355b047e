import {
  type BatchSource,
  type Metric,
  type Optimizer,
  type ParameterGroup,
  type Parameters,
  type Schedule,
  type TrainStep,
} from "@incipit/core";
import { type CheckpointStore } from "./checkpoint.js";
import { type Identity } from "./state.js";

/** Which metric decides what is best. */
export interface Selection {
  readonly metric: string;
  readonly mode: "max" | "min";
}

/** On what, by what and how often a run is evaluated. */
export interface EvaluationOptions {
  /** Epoch 0 of these is run through. */
  readonly batches: BatchSource;
  /** A fresh metric for each evaluation. */
  readonly metric: () => Metric;
  /** Updates between evaluations. By default one after each epoch; there is always one after the last update. */
  readonly every?: number;
  /** Keep the parameters that are best by this metric; without it, the last. */
  readonly select?: Selection;
}

/** Where and how often the state of a run is saved. */
export interface CheckpointOptions {
  readonly store: CheckpointStore;
  /** Updates between checkpoints. By default one after each epoch; there is always one at the start and one at the end. */
  readonly every?: number;
}

/** What to train, on what, and how. */
export interface TrainOptions {
  readonly step: TrainStep;
  readonly batches: BatchSource;
  /** Passes over the batches. Give either this or `steps`. */
  readonly epochs?: number;
  /** Number of updates. Give either this or `epochs`. */
  readonly steps?: number;
  /** Learning rate of each group, multiplied by the schedule and by each parameter's own `learningRateScale`. */
  readonly learningRates: Readonly<Partial<Record<ParameterGroup, number>>>;
  /** Default `adamw()`. */
  readonly optimizer?: Optimizer;
  /** Default `linear()`. */
  readonly schedule?: Schedule;
  /** Largest global norm of an update's gradients; longer ones are scaled down. Default: no limit. */
  readonly clipNorm?: number;
  /** Batches per update; the last update of an epoch takes what is left. Default 1. */
  readonly accumulation?: number;
  /**
   * Batches run in parts of rows of like length, which have at most so many tokens; false: as they are. What is learned is the same
   * to rounding. Default 1024.
   */
  readonly microBatchTokens?: number | false | undefined;
  /** What the initial parameters are drawn from. Default 0. */
  readonly seed?: number;
  /** Initial values of some or all parameters; the others are drawn. */
  readonly parameters?: Parameters;
  readonly evaluation?: EvaluationOptions;
  /** Stop after this many evaluations without a better one. Needs `evaluation.select`. */
  readonly earlyStopping?: { readonly patience: number };
  readonly checkpoint?: CheckpointOptions;
  /** Continue from the checkpoint, if there is one. Without it, a checkpoint that is there is replaced. */
  readonly resume?: boolean;
  /** What else the result depends on (data file, model…): a checkpoint with other values is not resumed. */
  readonly identity?: Identity;
  /** Abort it to end after the update under way, with a checkpoint. */
  readonly signal?: AbortSignal;
}
