import type { EndEvent } from "@incipit/core";
import type { ClassificationReport } from "@incipit/metrics";
import { evaluate } from "@incipit/trainer";
import { EVALUATION_BATCH } from "../defaults.js";
import { warn } from "../messages.js";
import type { Report } from "../report.js";
import type { Part } from "./data.js";
import type { Run } from "./fit.js";

/** How well the parameters do that are kept. */
export interface Scores {
  /** The examples held out, or those of training where none are: they tell at least whether anything was learned. */
  readonly part: "validation" | "training";
  readonly examples: number;
  /** On that part. */
  readonly metrics: Readonly<Record<string, number>>;
  /** On the test data, where there is some. */
  readonly test: Report | undefined;
}

/** Evaluate what a run ended with. */
export async function scoresOf(run: Run, end: EndEvent): Promise<Scores> {
  const { train, validation, test } = run.data;
  return {
    ...(validation
      ? { part: "validation", examples: validation.examples.length, metrics: end.metrics }
      : { part: "training", examples: train.examples.length, metrics: await metricsOfTraining(run, end) }),
    test: test && (await reportOn(test, run, end)),
  };
}

/** With a warning where nothing was learned, as the trainer gives it after an evaluation. */
async function metricsOfTraining(run: Run, end: EndEvent): Promise<Scores["metrics"]> {
  const report = await reportOn(run.data.train, run, end);
  if ("confusion" in report) warnOfOneLabel(report, run);
  return report.values;
}

function warnOfOneLabel({ confusion }: ClassificationReport, run: Run): void {
  const predicted = run.data.labels.filter((_, label) => confusion.some((row) => (row[label] ?? 0) > 0));
  if (predicted.length === 1) {
    warn(
      `Every training example gets the same label, ${JSON.stringify(predicted[0])}: nothing was learned. Raise --prompt-rate, ` +
        "train for more --epochs, or check the labels.",
    );
  }
}

async function reportOn(
  part: Part<unknown>,
  { task, data, setup, options }: Run,
  { parameters }: EndEvent,
): Promise<Report> {
  const metric = task.metric(data, part, options);
  const batches = await setup.batches(part, { batchSize: EVALUATION_BATCH });
  const { microBatchTokens } = options;
  await evaluate({ step: setup.step, parameters, batches, metric, microBatchTokens });
  return metric.report();
}
