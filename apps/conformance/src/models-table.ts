import type { Case } from "./case.js";

const HEADINGS = ["architecture", "task", "exporter", "opset", "attention", "case"];

/** What the cases verify, as a Markdown table: a line per case, by architecture. */
export function modelsTable(cases: readonly Case[]): string {
  const rows = cases
    .map(({ architecture, task, exporter, opset, attention, name }) => [
      architecture.replaceAll("_", "-"),
      task,
      exporter,
      String(opset),
      attention ?? "",
      `\`${name}\``,
    ])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
  const widths = HEADINGS.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(HEADINGS), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
