/** @file How far two lists of numbers go together. */
import { DataError } from "@incipit/core";
import { ratio, sum } from "./confusion.js";

/**
 * Pearson's correlation of two lists of numbers, from -1 to 1; 0 where one of them does not vary.
 *
 *     r = Σ (x - x̄)(y - ȳ) / √(Σ (x - x̄)² Σ (y - ȳ)²)
 *
 * @throws {DataError} when the lists differ in length
 */
export function pearsonCorrelation(x: readonly number[], y: readonly number[]): number {
  if (x.length !== y.length) {
    throw new DataError(
      `A correlation is of two lists of one length; these have ${x.length} and ${y.length} numbers.`,
    );
  }
  const [dx, dy] = [centred(x), centred(y)];
  const together = sum(dx.map((value, i) => value * (dy[i] ?? 0)));
  return ratio(together, Math.sqrt(squares(dx)) * Math.sqrt(squares(dy)));
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, where equal numbers share the mean of theirs.
 * @throws {DataError} when the lists differ in length
 * @see Spearman 1904, "The proof and measurement of association between two things"
 */
export function spearmanCorrelation(x: readonly number[], y: readonly number[]): number {
  return pearsonCorrelation(ranks(x), ranks(y));
}

function centred(values: readonly number[]): readonly number[] {
  const mean = sum(values) / values.length;
  return values.map((value) => value - mean);
}

function squares(values: readonly number[]): number {
  return sum(values.map((value) => value * value));
}

/** Each number's rank from 1, the smallest first; equal ones have the mean of theirs. */
function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranked = values.map(() => 0);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (const i of order.slice(from, to)) ranked[i] = (from + 1 + to) / 2;
    from = to;
  }
  return ranked;
}
