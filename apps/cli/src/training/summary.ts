/** @file What `incipit train` says at the end. */
import { basename } from "node:path";
import type { EndEvent } from "@incipit/core";
import { type ClassificationReport } from "@incipit/metrics";
import { decimal, formatBytes, formatReport } from "../report.js";
import type { Run } from "./fit.js";

/** How a run came out. */
export interface Outcome {
  readonly run: Run;
  readonly end: EndEvent;
  /** On the test data, where there is some. */
  readonly test: ClassificationReport | undefined;
  /** Size of the saved prompt. */
  readonly bytes: number;
}

/** The outcome for people. */
export function formatOutcome({ run, end, test, bytes }: Outcome): string {
  const { options, data } = run;
  const { accuracy, logLoss } = end.metrics;
  const stopped = end.reason === "early-stopping" ? `, stopped early after update ${end.step}` : "";
  const validation =
    data.validation === undefined || accuracy === undefined || logLoss === undefined
      ? []
      : [
          `On the ${data.validation.examples.length} examples held out: accuracy ${decimal(accuracy)}, ` +
            `log loss ${decimal(logLoss)}${stopped}.`,
        ];
  const size = `${trainedValues(run, end).toLocaleString("en")} trained values, ${formatBytes(bytes)}`;
  return [
    ...(test ? [formatReport(test, basename(options.testData ?? "")), ""] : []),
    ...validation,
    `Saved ${options.out} (${size}).`,
  ].join("\n");
}

/** The outcome for programs. */
export function outcomeJson({ run, end, test, bytes }: Outcome): object {
  return {
    out: run.options.out,
    labels: run.data.labels,
    updates: end.step,
    reason: end.reason,
    trainedValues: trainedValues(run, end),
    bytes,
    validation: run.data.validation ? end.metrics : null,
    test: test ?? null,
  };
}

function trainedValues({ setup }: Run, { parameters }: EndEvent): number {
  return setup.step.trainable.reduce((sum, name) => sum + (parameters[name]?.data.length ?? 0), 0);
}
