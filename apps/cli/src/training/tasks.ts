import type { Adapter } from "@incipit/adapter";
import { ConfigError } from "@incipit/core";
import type { TrainCommandOptions } from "../commands/train.js";
import { classify } from "./classify.js";
import { trainedWith } from "../prediction/open.js";
import { generate } from "./generate.js";
import { qa } from "./qa.js";
import { regress } from "./regress.js";
import { seq2seq } from "./seq2seq.js";
import { similarity } from "./similarity.js";
import { tag } from "./tag.js";
import type { Task } from "./task.js";
import { verbalize } from "./verbalize.js";

/** The tasks, by their names on the command line. */
export const tasks: Readonly<Record<TrainCommandOptions["task"], Task>> = {
  classify,
  verbalize,
  generate,
  seq2seq,
  tag,
  qa,
  regress,
  similarity,
};

/**
 * The task that a prompt was trained for; to tell labels where it does not say.
 * @throws {ConfigError} when there is no such task here
 */
export function taskOf(adapter: Adapter): Task {
  const name = trainedWith(adapter, "task") ?? "classify";
  const found = Object.entries(tasks).find(([known]) => known === name);
  if (found !== undefined) return found[1];
  throw new ConfigError(
    `This prompt was trained for the task ${JSON.stringify(name)}, which this version does not know; it knows ` +
      `${Object.keys(tasks).join(", ")}. Update @incipit/cli.`,
  );
}
