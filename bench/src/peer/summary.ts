import { median } from "../report.js";
import type { RunLine } from "./processes.js";
import type { Rounds } from "./rounds.js";
import type { Figure, Goal, Row } from "./rows.js";

/** Medians of a system's runs. */
export type Medians = Readonly<Record<Figure | "median_step_ms", number>> & {
  readonly system: string;
  readonly fraction_of_peak: number | undefined;
};

/** How a goal stands. */
export interface Reached extends Goal {
  /** The median of a system over that of the other. */
  readonly ratio: number;
  readonly met: boolean;
}

/** How a row came out. */
export interface Summary {
  readonly name: string;
  readonly rounds: number;
  readonly thrownAway: number;
  readonly medians: readonly Medians[];
  readonly goals: readonly Reached[];
  readonly failures: Readonly<Record<string, string>>;
}

/** How far apart two traces of losses are. */
export interface Parity {
  readonly steps: number;
  readonly difference: number;
  readonly met: boolean;
}

/** Losses may differ from the peer's by so much. */
export const PARITY = 1e-3;

/** Medians of what was measured, and what that makes of the row's goals; those of systems that did not run are left out. */
export function summarize({ name, goals }: Row, { runs, thrownAway, failures }: Rounds): Summary {
  const medians = Object.entries(runs).flatMap(([system, lines]) =>
    lines.length === 0 ? [] : [mediansOf(system, lines)],
  );
  return {
    name,
    rounds: Math.max(0, ...Object.values(runs).map((lines) => lines.length)),
    thrownAway,
    medians,
    goals: goals.flatMap((goal) => reached(goal, medians) ?? []),
    failures,
  };
}

function mediansOf(system: string, lines: readonly RunLine[]): Medians {
  const of = (key: Figure | "median_step_ms") => median(lines.map((line) => line[key]));
  const fractions = lines.flatMap(({ fraction_of_peak }) => fraction_of_peak ?? []);
  return {
    system,
    examples_per_s: of("examples_per_s"),
    median_step_ms: of("median_step_ms"),
    peak_rss_mib: of("peak_rss_mib"),
    time_to_first_step_s: of("time_to_first_step_s"),
    fraction_of_peak: fractions.length === 0 ? undefined : median(fractions),
  };
}

function reached(goal: Goal, medians: readonly Medians[]): Reached | undefined {
  const of = (name: string) => medians.find(({ system }) => system === name)?.[goal.figure];
  const [own, other] = [of(goal.system), of(goal.over)];
  if (own === undefined || other === undefined) return undefined;
  const ratio = own / other;
  return { ...goal, ratio, met: ratio >= (goal.least ?? 0) && ratio <= (goal.most ?? Infinity) };
}

/** How far apart two traces of losses are at most, and whether that is near enough. */
export function parity(ours: readonly number[], theirs: readonly number[]): Parity {
  const steps = Math.min(ours.length, theirs.length);
  const differences = ours.slice(0, steps).map((loss, i) => Math.abs(loss - (theirs[i] ?? NaN)));
  const difference = Math.max(...differences);
  return { steps, difference, met: difference <= PARITY };
}
