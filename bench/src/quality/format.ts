import { table } from "../table.js";

/** How prompts did that were trained in one arithmetic, a run for each seed. */
export interface Quality {
  readonly name: string;
  readonly accuracies: readonly number[];
}

/** Accuracies in percent; differences of the means from the first row's in points. */
export function formatQuality(found: readonly Quality[]): string {
  const [first] = found;
  const reference = mean(first?.accuracies ?? []);
  const seeds = first?.accuracies.map((_, seed) => `seed ${seed}`) ?? [];
  return table(
    ["", ...seeds, "mean", "difference"],
    found.map(({ name, accuracies }, row) => [
      name,
      ...accuracies.map((accuracy) => percent(accuracy, 1)),
      percent(mean(accuracies), 2),
      row === 0 ? "" : signed(percent(mean(accuracies) - reference, 2)),
    ]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(fraction: number, digits: number): string {
  return (100 * fraction).toFixed(digits);
}

function signed(number: string): string {
  return number.startsWith("-") ? number : `+${number}`;
}
