import type { TrainCommandOptions } from "../commands/train.js";
import { classify } from "./classify.js";
import { generate } from "./generate.js";
import { seq2seq } from "./seq2seq.js";
import type { Task } from "./task.js";
import { verbalize } from "./verbalize.js";

/** The tasks, by their names on the command line. */
export const tasks: Readonly<Record<TrainCommandOptions["task"], Task>> = {
  classify,
  verbalize,
  generate,
  seq2seq,
};
