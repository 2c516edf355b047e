import type { Parameters } from "./host-tensor.js";

/** One update was made. */
export interface StepEvent {
  readonly type: "step";
  /** Updates done, this one included. */
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly loss: number;
  /** Global L2 norm before clipping. */
  readonly gradientNorm: number;
  /** The schedule's multiplier at this step. */
  readonly rate: number;
  readonly examples: number;
}

/** The evaluation data was run through. */
export interface EvaluationEvent {
  readonly type: "evaluation";
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether this is the best so far. */
  readonly best: boolean;
}

/** The whole training state is safe on disk. */
export interface CheckpointEvent {
  readonly type: "checkpoint";
  readonly step: number;
  readonly path: string;
}

/** Something the user should know; training goes on. */
export interface WarningEvent {
  readonly type: "warning";
  readonly step: number;
  readonly message: string;
}

/** Training is over. */
export interface EndEvent {
  readonly type: "end";
  readonly step: number;
  readonly reason: "completed" | "early-stopping" | "interrupted";
  /** The parameters to keep: the best evaluated, or the last. */
  readonly parameters: Parameters;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Something that happens in a training run. */
export type TrainEvent = StepEvent | EvaluationEvent | CheckpointEvent | WarningEvent | EndEvent;

/** Something that listens to a training run: a progress bar, a log, a plot. */
export type Callback = (event: TrainEvent) => void | Promise<void>;
