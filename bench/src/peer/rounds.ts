import type { RunLine } from "./processes.js";

/** The undisturbed runs of each system, by its name, and how many rounds were thrown away. */
export interface Rounds {
  readonly runs: Readonly<Record<string, readonly RunLine[]>>;
  readonly thrownAway: number;
  /** Systems that could not run, and why. */
  readonly failures: Readonly<Record<string, string>>;
}

/** How many rounds are tried for each that is wanted, before a machine is taken for too busy. */
const PATIENCE = 3;

/**
 * Runs systems in turn, round after round, each round beginning with another one. A round in which other processes disturbed a run is
 * thrown away as a whole; a system that fails is left out of the rounds that follow.
 * @param disturbance the cores that other processes may take
 * @param run measures a system once
 */
export async function alternate(
  systems: readonly string[],
  wanted: number,
  disturbance: number,
  run: (system: string) => Promise<RunLine>,
): Promise<Rounds> {
  const failures: Record<string, string> = {};
  const rounds: Readonly<Record<string, RunLine>>[] = [];
  let thrownAway = 0;
  while (rounds.length < wanted && rounds.length + thrownAway < PATIENCE * wanted) {
    const round: Record<string, RunLine> = {};
    const first = (rounds.length + thrownAway) % systems.length;
    for (const system of [...systems.slice(first), ...systems.slice(0, first)]) {
      if (failures[system] !== undefined) continue;
      try {
        round[system] = await run(system);
      } catch (error) {
        failures[system] = error instanceof Error ? error.message : String(error);
      }
    }
    const lines = Object.values(round);
    if (lines.length === 0) break;
    if (lines.some(({ other_cores }) => (other_cores ?? 0) > disturbance)) thrownAway++;
    else rounds.push(round);
  }
  const runsOf = (system: string) => rounds.flatMap((round) => round[system] ?? []);
  return {
    runs: Object.fromEntries(systems.map((system) => [system, runsOf(system)])),
    thrownAway,
    failures,
  };
}
