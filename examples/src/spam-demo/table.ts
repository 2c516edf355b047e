import type { Result } from "./methods.js";

/** One line per method: mean over the seeds, and the standard deviation where there are several. */
export function formatResults(results: readonly Result[]): string {
  const methods = [...new Set(results.map((result) => result.method))];
  const rows = methods.map((method) => {
    const own = results.filter((result) => result.method === method);
    return [
      method,
      percent(own.map((result) => result.accuracy)),
      percent(own.map((result) => result.macroF1)),
      (own[0]?.trained ?? 0).toLocaleString("en"),
      mean(own.map((result) => result.seconds)).toFixed(1),
    ];
  });
  const header = ["trained", "accuracy", "macro F1", "values", "seconds"];
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

function percent(values: readonly number[]): string {
  const share = `${(100 * mean(values)).toFixed(1)} %`;
  return values.length > 1 ? `${share} ± ${(100 * deviation(values)).toFixed(1)}` : share;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation. */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
