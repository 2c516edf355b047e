/** @file What `incipit train` says at the end. */
import { basename } from "node:path";
import type { EndEvent } from "@incipit/core";
import { formatBytes, formatReport, headline } from "../report.js";
import type { Run } from "./fit.js";
import type { Scores } from "./scores.js";

/** How a run came out. */
export interface Outcome {
  readonly run: Run;
  readonly end: EndEvent;
  readonly scores: Scores;
  /** Size of the saved prompt. */
  readonly bytes: number;
}

/** The outcome for people. */
export function formatOutcome({ run, end, scores, bytes }: Outcome): string {
  const { options } = run;
  const { part, examples, metrics, test } = scores;
  const where = part === "validation" ? `${examples} examples held out` : `${examples} examples of training`;
  const stopped = end.reason === "early-stopping" ? ` Stopped early, after update ${end.step}.` : "";
  const size = `${trainedValues(run, end).toLocaleString("en")} trained values, ${formatBytes(bytes)}`;
  return [
    ...(test ? [formatReport(test, basename(options.testData ?? "")), ""] : []),
    `On the ${where}: ${headline(metrics)}.${stopped}`,
    `Saved ${options.out} (${size}).`,
  ].join("\n");
}

/** The outcome for programs. */
export function outcomeJson({ run, end, scores, bytes }: Outcome): object {
  const { part, metrics, test = null } = scores;
  return {
    out: run.options.out,
    ...(run.data.labels.length > 0 && { labels: run.data.labels }),
    updates: end.step,
    reason: end.reason,
    trainedValues: trainedValues(run, end),
    bytes,
    [part]: metrics,
    test,
  };
}

function trainedValues({ setup }: Run, { parameters }: EndEvent): number {
  return setup.step.trainable.reduce((sum, name) => sum + (parameters[name]?.data.length ?? 0), 0);
}
