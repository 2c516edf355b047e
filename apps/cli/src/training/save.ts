import { type Adapter, adapterOf, headModules, type TaskType } from "@incipit/adapter";
import type { EndEvent, Json } from "@incipit/core";
import manifest from "../../package.json" with { type: "json" };
import type { TrainCommandOptions } from "../commands/train.js";
import type { Run } from "./fit.js";
import type { Scores } from "./scores.js";

/** What was trained, with all that one must know to use it and to train it again. */
export function trainedAdapter(run: Run, end: EndEvent, scores: Scores): Adapter {
  const { options, data, backbone, parts, setup } = run;
  return adapterOf({
    backbone,
    prompt: parts.prompt,
    head: parts.head,
    parameters: end.parameters,
    modulesToSave: options.modulesToSave,
    peft: {
      ...(parts.peft ?? { taskType: taskTypeOf(run) }),
      baseModel: backbone.name,
    },
    ...(data.labels.length > 0 && { labels: data.labels }),
    ...(options.template !== undefined && { template: options.template }),
    metrics: { ...prefixed(scores.part, scores.metrics), ...prefixed("test", scores.test?.values ?? {}) },
    provenance: {
      data: data.sources,
      seed: options.seed,
      options: { ...recordedOptions(options), trained: setup.step.trainable },
      versions: { "@incipit/cli": manifest.version },
    },
  });
}

/** PEFT puts the model's own head to use only where it knows that task, and for that the head must be saved. */
function taskTypeOf({ task, options, setup }: Run): TaskType {
  const { taskType, ownHeadType = taskType } = task;
  const saved = setup.step.parameters.filter(({ group }) => group === "model").map(({ name }) => name);
  const savesHead = headModules(ownHeadType).some((module) =>
    saved.some((name) => name.includes(`${module}.`)),
  );
  return options.head === "model" && savesHead ? ownHeadType : taskType;
}

function prefixed(
  prefix: string,
  metrics: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${prefix}.${name}`, value]));
}

/** Options that say nothing of the result, or that are recorded elsewhere. */
const UNRECORDED: readonly string[] = [
  "data",
  "testData",
  "out",
  "model",
  "template",
  "offline",
  "seed",
  "checkpointEvery",
  "resume",
  "log",
  "curve",
  "threads",
  "json",
  "quiet",
] satisfies (keyof TrainCommandOptions)[];

/** The options that the result depends on: those of equal runs are equal. */
function recordedOptions(options: TrainCommandOptions): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !UNRECORDED.includes(name)));
}
