import type { TaskType } from "@incipit/adapter";
import type { Backbone, Metric } from "@incipit/core";
import type { Selection } from "@incipit/trainer";
import type { TrainCommandOptions } from "../commands/train.js";
import type { Report } from "../report.js";
import type { TrainingData } from "./data.js";
import type { Parts } from "./parts.js";
import type { Setup } from "./setup.js";

/** What a task has to work with. */
export interface Work {
  readonly options: TrainCommandOptions;
  readonly data: TrainingData;
  readonly backbone: Backbone;
}

/** What is particular to a task: which data it reads, what it trains, and what it is judged by. */
export interface Task {
  /** What PEFT calls it. */
  readonly taskType: TaskType;
  /** Read the files of a run, and hold out what the best parameters are chosen by. */
  readData(options: TrainCommandOptions): Promise<TrainingData>;
  /** What is trained, and the step that trains it. */
  prepare(work: Work): Promise<{ readonly parts: Parts; readonly setup: Setup }>;
  /** A fresh metric of what the step predicts. */
  metric(data: Pick<TrainingData, "labels">): Metric & { report(): Report };
  /** Which of its values decides what parameters are best. */
  readonly select: Selection;
}
