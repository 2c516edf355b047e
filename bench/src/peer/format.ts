import { table } from "../table.js";
import { type Parity, PARITY, type Reached, type Summary } from "./summary.js";

const FIGURES = {
  examples_per_s: "examples/s",
  peak_rss_mib: "peak memory",
  time_to_first_step_s: "time to first step",
} as const;

/** A row's outcome for people. */
export function formatSummary({ name, rounds, thrownAway, medians, goals, failures }: Summary): string {
  const disturbed = thrownAway === 0 ? "" : `, ${thrownAway} more thrown away as others were busy`;
  const lines = medians.map((system) => [
    system.system,
    system.examples_per_s.toFixed(1),
    system.median_step_ms.toFixed(0),
    system.peak_rss_mib.toFixed(0),
    system.time_to_first_step_s.toFixed(1),
    system.fraction_of_peak?.toFixed(2) ?? "",
  ]);
  return [
    `${name}: medians of ${rounds} rounds${disturbed}`,
    ...(lines.length === 0
      ? []
      : [table(["", "examples/s", "step ms", "peak MiB", "first step s", "of peak"], lines)]),
    ...goals.map(formatGoal),
    ...Object.entries(failures).map(([system, reason]) => `${system} did not run. ${reason}`),
  ].join("\n");
}

/** How the losses compare, or why they could not be compared. */
export function formatParity(losses: Parity | { readonly failed: string }): string {
  if ("failed" in losses) return `losses were not compared. ${losses.failed}`;
  const { steps, difference, met } = losses;
  return `losses of ${steps} steps: at most ${difference.toExponential(1)} apart (at most ${PARITY}: ${met ? "yes" : "no"})`;
}

function formatGoal({ system, over, figure, ratio, least, most, met }: Reached): string {
  const wanted = least === undefined ? `at most ${most ?? ""}` : `at least ${least}`;
  return `${system} / ${over}: ${ratio.toFixed(2)} × ${FIGURES[figure]} (${wanted}: ${met ? "yes" : "no"})`;
}
