/** How often each item occurs. */
export type Counts = ReadonlyMap<string, number>;

/** Counts of the runs of `order` neighbouring tokens, none of which has a space in it. */
export function ngramCounts(tokens: readonly string[], order: number): Counts {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= tokens.length; start += 1) {
    const ngram = tokens.slice(start, start + order).join(" ");
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** How many items two multisets share: `Σ min(a, b)`. */
export function overlap(a: Counts, b: Counts): number {
  let shared = 0;
  for (const [item, count] of a) shared += Math.min(count, b.get(item) ?? 0);
  return shared;
}

/** The smallest multiset that has all of these in it: of each item, its largest count. */
export function union(multisets: readonly Counts[]): Counts {
  const largest = new Map<string, number>();
  for (const counts of multisets) {
    for (const [item, count] of counts) largest.set(item, Math.max(count, largest.get(item) ?? 0));
  }
  return largest;
}

/** Number of items, repetitions included. */
export function size(counts: Counts): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
