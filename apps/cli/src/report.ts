/** @file Results as text for people. */
import { type ClassificationReport, formatConfusionMatrix } from "@incipit/metrics";

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

/** How well the examples of a file were classified. */
export function formatReport(report: ClassificationReport, file: string): string {
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

/** Three digits after the point. */
export function decimal(value: number): string {
  return value.toFixed(3);
}

/** `512 bytes`, `20.5 kB` or `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
