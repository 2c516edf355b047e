import { rm, stat, writeFile } from "node:fs/promises";
import { saveAdapter } from "@incipit/adapter/node";
import { type Backbone, type Callback, ConfigError, type EndEvent, type TrainEvent } from "@incipit/core";
import { jsonlLog } from "@incipit/trainer/node";
import { openBackbone } from "../backbone.js";
import type { TrainCommandOptions } from "../commands/train.js";
import { INTERRUPTED } from "../failures.js";
import { folderSize } from "../folder-size.js";
import { interruptible } from "../interruption.js";
import { say, warn } from "../messages.js";
import { checkOutput, checkWritable } from "../output.js";
import { showProgress } from "../progress.js";
import type { TrainingData } from "./data.js";
import { fitRun, type Run } from "./fit.js";
import { trainedAdapter } from "./save.js";
import { scoresOf } from "./scores.js";
import { formatOutcome, outcomeJson } from "./summary.js";
import { tasks } from "./tasks.js";

/**
 * `incipit train`.
 * @returns the exit code
 */
export async function runTraining(options: TrainCommandOptions): Promise<number> {
  const checkpoint = `${options.out}.checkpoint`;
  await checkPlaces(options, checkpoint);
  const data = await tasks[options.task].readData(options);
  checkPatience(options, data);
  const run = await prepare(options, data, checkpoint);
  try {
    const events: TrainEvent[] = [];
    const end = await fitWithProgress(run, (event) => void events.push(event));
    if (end.reason === "interrupted") {
      say(`Interrupted after update ${end.step}; its state is in ${checkpoint}. To go on, add --resume.`);
      return INTERRUPTED;
    }
    const scores = await scoresOf(run, end);
    await saveAdapter(options.out, trainedAdapter(run, end, scores));
    await rm(checkpoint, { force: true });
    if (options.curve !== undefined) await drawCurve(options.curve, events);
    const outcome = { run, end, scores, bytes: await folderSize(options.out) };
    console.log(options.json ? JSON.stringify(outcomeJson(outcome), null, 2) : formatOutcome(outcome));
    return 0;
  } finally {
    await run.setup.step.dispose();
    await run.backbone.dispose();
  }
}

/** What would otherwise fail after hours of training, or overwrite what another run has done. */
async function checkPlaces(
  { out, resume, curve, log }: TrainCommandOptions,
  checkpoint: string,
): Promise<void> {
  await checkOutput(out);
  if (curve !== undefined) await checkWritable("--curve", curve);
  if (log !== undefined) await checkWritable("--log", log);
  const interrupted = await stat(checkpoint).catch(() => undefined);
  if (interrupted && !resume) {
    throw new ConfigError(
      `${checkpoint}: there is the state of a run that did not end. Add --resume to continue it, or delete the file to ` +
        "start anew.",
      { details: { checkpoint } },
    );
  }
}

function checkPatience({ patience }: TrainCommandOptions, { validation }: TrainingData): void {
  if (patience === undefined || validation) return;
  throw new ConfigError("--patience needs examples that are held out; give --validation, or more data.");
}

async function prepare(options: TrainCommandOptions, data: TrainingData, checkpoint: string): Promise<Run> {
  const backbone = trainingModules(await openBackbone(options), options.modulesToSave);
  const task = tasks[options.task];
  return { task, options, data, backbone, checkpoint, ...(await task.prepare({ options, data, backbone })) };
}

/** The model, of which training steps train these modules too. */
function trainingModules(backbone: Backbone, modulesToSave: readonly string[] | undefined): Backbone {
  if (modulesToSave === undefined) return backbone;
  return {
    ...backbone,
    compile: ({ trainable = ["prompt", "head"], ...parts }) =>
      backbone.compile(
        parts.objective === undefined
          ? { ...parts, trainable }
          : { ...parts, trainable: [...trainable, "model"], modulesToSave },
      ),
  };
}

async function fitWithProgress(run: Run, record: Callback): Promise<EndEvent> {
  const { log, quiet, resume } = run.options;
  const progress = quiet ? undefined : showProgress(process.stderr);
  const callbacks = [
    ...(progress ? [progress.listen] : []),
    ...(log === undefined ? [] : [jsonlLog(log, { append: resume === true })]),
    warnings,
    record,
  ];
  try {
    return await interruptible(
      (signal) => fitRun(run, { callbacks, signal }),
      () => {
        say("\nFinishing this update and saving; press Ctrl-C again to stop at once.");
      },
    );
  } finally {
    progress?.stop();
  }
}

const warnings: Callback = (event) => {
  if (event.type === "warning") warn(event.message);
};

/** The updates since the start of this process; of a run that was resumed at its very end there are none. */
async function drawCurve(path: string, events: readonly TrainEvent[]): Promise<void> {
  if (!events.some(({ type }) => type === "step")) return;
  const { trainingCurveSvg } = await import("@incipit/trainer/plot");
  await writeFile(path, trainingCurveSvg(events));
}
