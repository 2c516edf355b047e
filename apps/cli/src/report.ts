/** @file Results as text for people. */
import {
  type ClassificationReport,
  type EntityReport,
  formatConfusionMatrix,
  type PairRetrievalReport,
  type RegressionReport,
} from "@incipit/metrics";
import type { LanguageReport } from "./language-model.js";
import type { AnswerReport } from "./question-answering.js";

/** How well a prompt does, for all that its task can say. */
export type Report =
  | AnswerReport
  | ClassificationReport
  | EntityReport
  | LanguageReport
  | RegressionReport
  | PairRetrievalReport;

/** Rows of cells in columns; the first column is flush left, all others are as `numbers` says: flush right, or left, too. */
export function table(rows: readonly (readonly string[])[], { numbers = true } = {}): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return numbers && column > 0 ? cell.padStart(width) : cell.padEnd(width);
  };
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** A report on the examples of a file. */
export function formatReport(report: Report, file: string): string {
  if ("confusion" in report) return formatClassification(report, file);
  if ("types" in report) return formatEntities(report, file);
  if ("questions" in report) return formatAnswers(report, file);
  return "tokens" in report ? formatLanguage(report, file) : formatNumbers(report, file);
}

/** What the metrics of numbers and of pairs are called. */
const NUMBERS = {
  mse: "mean squared error",
  rmse: "root mean squared error",
  mae: "mean absolute error",
  pearson: "Pearson correlation",
  spearman: "Spearman correlation",
  accuracy: "accuracy",
  mrr: "mean reciprocal rank",
} as const;

function formatNumbers({ examples, values }: RegressionReport | PairRetrievalReport, file: string): string {
  const rows = Object.entries(NUMBERS).flatMap(([metric, name]) => {
    const value = values[metric];
    return value === undefined ? [] : [[name, decimal(value)]];
  });
  return [`${file}: ${examples} examples`, table(rows)].join("\n\n");
}

function formatAnswers({ questions, values }: AnswerReport, file: string): string {
  const rows = [
    ["exact match", decimal(values.exactMatch)],
    ["F1", decimal(values.f1)],
  ];
  return [`${file}: ${questions} questions`, table(rows)].join("\n\n");
}

function formatEntities({ words, types, values }: EntityReport, file: string): string {
  const summary = [
    ["F1", values.f1],
    ["precision", values.precision],
    ["recall", values.recall],
    ["macro F1", values.macroF1],
    ["accuracy", values.accuracy],
    ["log loss", values.logLoss],
  ] as const;
  const scores = types.map(({ type, precision, recall, f1, support }) => [
    type,
    ...[precision, recall, f1].map(decimal),
    String(support),
  ]);
  return [
    `${file}: ${words} words`,
    table(summary.map(([name, value]) => [name, decimal(value)])),
    table([["entity", "precision", "recall", "F1", "entities"], ...scores]),
  ].join("\n\n");
}

function formatLanguage({ tokens, values }: LanguageReport, file: string): string {
  const rows: readonly (readonly [string, number | undefined])[] = [
    ["perplexity", values.perplexity],
    ["loss", values.loss],
    ["exact match", values.exactMatch],
    ["BLEU", values.bleu],
    ["chrF", values.chrf],
    ["ROUGE-1", values.rouge1],
    ["ROUGE-2", values.rouge2],
    ["ROUGE-L", values.rougeL],
  ];
  const summary = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, decimal(value)]]));
  return [`${file}: ${tokens} tokens`, table(summary)].join("\n\n");
}

function formatClassification(report: ClassificationReport, file: string): string {
  const { values, examples, classes, confusion } = report;
  const summary = [
    ["accuracy", values.accuracy],
    ["macro F1", values.macroF1],
    ["micro F1", values.microF1],
    ["Matthews correlation", values.matthews],
    ["calibration error", values.calibrationError],
    ["log loss", values.logLoss],
  ] as const;
  const scores = classes.map(({ label, precision, recall, f1, support }) => [
    label,
    ...[precision, recall, f1].map(decimal),
    String(support),
  ]);
  return [
    `${file}: ${examples} examples`,
    table(summary.map(([name, value]) => [name, decimal(value)])),
    table([["label", "precision", "recall", "F1", "examples"], ...scores]),
    formatConfusionMatrix(
      confusion,
      classes.map(({ label }) => label),
    ),
  ].join("\n\n");
}

/** The metrics that one looks at first, by what they are called. */
const HEADLINE = {
  exactMatch: "exact match",
  f1: "F1",
  accuracy: "accuracy",
  logLoss: "log loss",
  perplexity: "perplexity",
  loss: "loss",
  rmse: "RMSE",
  spearman: "Spearman",
  mrr: "MRR",
} as const;

/** Those of them that a task has: `accuracy 0.917, log loss 0.304`. */
export function headline(metrics: Readonly<Record<string, number>>, digits = 3): string {
  return Object.entries(HEADLINE)
    .flatMap(([metric, name]) => {
      const value = metrics[metric];
      return value === undefined ? [] : [`${name} ${value.toFixed(digits)}`];
    })
    .join(", ");
}

/** Three digits after the point. */
export function decimal(value: number): string {
  return value.toFixed(3);
}

/** `512 bytes`, `20.5 kB` or `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
