import { type Example } from "@incipit/core";

/** The examples' positions by label, labels in code-unit order. */
export function strata(
  examples: readonly Pick<Example, "label">[],
): readonly (readonly [string, readonly number[]])[] {
  const groups = new Map<string, number[]>();
  examples.forEach(({ label }, index) => {
    const group = groups.get(label);
    if (group) group.push(index);
    else groups.set(label, [index]);
  });
  return [...groups].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

/** The examples at these positions, in their original order. */
export function pick<E>(examples: readonly E[], positions: Iterable<number>): E[] {
  const chosen = new Set(positions);
  return examples.filter((_, index) => chosen.has(index));
}
