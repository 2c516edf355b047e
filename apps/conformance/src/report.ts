import { TOLERANCE, type CaseReport } from "./run-case.js";

/** One line per case, then a count. */
export function formatReport(reports: readonly CaseReport[]): string {
  const width = Math.max(...reports.map((report) => report.name.length), 0);
  const lines = reports.map(
    (report) => `${report.passed ? "pass" : "FAIL"}  ${report.name.padEnd(width)}  ${figures(report)}`,
  );
  const operators = [...new Set(reports.flatMap((report) => report.operators))].sort();
  const passed = reports.filter((report) => report.passed).length;
  return [...lines, `operators met: ${operators.join(" ")}`, summary(passed, reports.length)].join("\n");
}

function figures({ deviations, error }: CaseReport): string {
  if (deviations === undefined) return error ?? "";
  return (["loss", "gradient", "trace"] as const)
    .map(
      (key) => `${key} ${deviations[key].toExponential(1)}${deviations[key] <= TOLERANCE[key] ? "" : " (!)"}`,
    )
    .join("  ");
}

function summary(passed: number, total: number): string {
  return `cases: ${passed} passed, ${total - passed} failed`;
}
