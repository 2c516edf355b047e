import { ConfigError, type Example, type Random } from "@incipit/core";
import { shuffle } from "@incipit/tensor";
import { pick, strata } from "./strata.js";

/**
 * Divide examples into parts such as `{ train: 0.8, test: 0.2 }`, each with the same shares of labels, as near as whole
 * examples allow. Every example goes to exactly one part, and stays there in its original order. A label with at least as
 * many examples as there are parts is in every part; a rarer one is in the largest parts.
 * @param fractions of each part; they add up to 1
 * @throws {ConfigError} when a fraction is not above 0 or they do not add up to 1
 */
export function stratifiedSplit<E extends Pick<Example, "label">, Part extends string>(
  examples: readonly E[],
  fractions: Readonly<Record<Part, number>>,
  random: Random,
): Record<Part, E[]> {
  const parts = Object.keys(fractions) as Part[];
  const shares = parts.map((part) => fractions[part]);
  assertShares(shares);
  const positions = parts.map((): number[] => []);
  let owed = parts.map(() => 0);
  for (const [label, members] of strata(examples)) {
    const counts = apportion(members.length, shares, owed);
    owed = owed.map((debt, part) => debt + members.length * (shares[part] ?? 0) - (counts[part] ?? 0));
    const order = shuffle(random.stream(`split ${label}`), members);
    let start = 0;
    counts.forEach((count, part) => {
      positions[part]?.push(...order.slice(start, start + count));
      start += count;
    });
  }
  return Object.fromEntries(
    parts.map((part, index) => [part, pick(examples, positions[index] ?? [])]),
  ) as Record<Part, E[]>;
}

function assertShares(shares: readonly number[]): void {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.every((share) => share > 0) && Math.abs(total - 1) < 1e-9) return;
  throw new ConfigError(
    `stratifiedSplit: the fractions must be above 0 and add up to 1, got ${shares.join(" + ")} = ${total}.`,
    { details: { fractions: shares } },
  );
}

/**
 * How many of `count` examples each part gets: its share rounded down, what is left over going to the parts that are
 * owed most, over all labels so far.
 */
function apportion(count: number, shares: readonly number[], owed: readonly number[]): number[] {
  const byShare = ranked(shares);
  if (count < shares.length) return shares.map((_, part) => Number(byShare.indexOf(part) < count));
  const quotas = shares.map((share) => count * share);
  // A quota such as 10 · 0.7 must not fall below 7 by rounding.
  const counts = quotas.map((quota) => Math.floor(quota + 1e-9));
  const left = count - counts.reduce((sum, own) => sum + own, 0);
  const debts = quotas.map((quota, part) => quota - (counts[part] ?? 0) + (owed[part] ?? 0));
  for (const part of ranked(debts).slice(0, left)) counts[part] = (counts[part] ?? 0) + 1;
  for (let poor = counts.indexOf(0); poor >= 0; poor = counts.indexOf(0)) {
    const [rich = 0] = ranked(counts);
    counts[poor] = 1;
    counts[rich] = (counts[rich] ?? 0) - 1;
  }
  return counts;
}

/** Positions of the values, the largest first; of equal ones the earlier first. */
function ranked(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
}
