import type { TaskType } from "@incipit/adapter";
import type { Backbone, Metric } from "@incipit/core";
import type { Texts } from "@incipit/data";
import type { Selection } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import type { PredictCommandOptions } from "../commands/predict.js";
import type { TrainCommandOptions } from "../commands/train.js";
import type { OpenPrompt } from "../prediction/open.js";
import type { Report } from "../report.js";
import type { Part, TrainingData } from "./data.js";
import type { Parts } from "./parts.js";
import type { Setup } from "./setup.js";

/** What a task has to work with. `E` is what its examples are. */
export interface Work<E> {
  readonly options: TrainCommandOptions;
  readonly data: TrainingData<E>;
  readonly backbone: Backbone;
}

/** What is particular to a task: which data it reads, what it trains, what it is judged by, and what its prompts tell. */
export interface Task<E = unknown> {
  /** What PEFT calls it. */
  readonly taskType: TaskType;
  /** Read the files of a run, and hold out what the best parameters are chosen by. */
  readData(options: TrainCommandOptions): Promise<TrainingData<E>>;
  /** What is trained, and the step that trains it. */
  prepare(work: Work<E>): Promise<{ readonly parts: Parts; readonly setup: Setup<E> }>;
  /** A fresh metric of what the step predicts of a part of the data. */
  metric(
    data: Pick<TrainingData<E>, "labels">,
    part: Part<E>,
    options: TrainCommandOptions,
  ): Metric & { report(): Report };
  /** What PEFT calls it where the model's own head is trained. */
  readonly ownHeadType?: TaskType;
  /** Which of its values decides what parameters are best. */
  readonly select: Selection;
  /** How well a saved prompt does on a file. */
  evaluate(prompt: OpenPrompt, options: EvalCommandOptions): Promise<Report>;
  /** Puts a saved prompt to work on texts; absent where `incipit generate` does. */
  predictor?(prompt: OpenPrompt, options: PredictCommandOptions): Promise<Predictor>;
}

/** A saved prompt at work. */
export interface Predictor {
  /** Whether each text has a second one, or may have one. */
  readonly pairs: boolean | "optional";
  /** What is printed for each text, line ends included. */
  predict(texts: readonly Texts[]): Promise<readonly string[]>;
  dispose(): Promise<void>;
}
