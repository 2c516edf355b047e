import { type ConfusionMatrix } from "./confusion.js";

/**
 * A confusion matrix as a table in plain text: a row for each label, a column for each prediction.
 * @param labels names, in the order of the matrix
 */
export function formatConfusionMatrix(matrix: ConfusionMatrix, labels: readonly string[]): string {
  const corner = "label \\ predicted";
  const table = [
    [corner, ...labels],
    ...matrix.map((row, i) => [labels[i] ?? String(i), ...row.map((count) => String(count))]),
  ];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}
