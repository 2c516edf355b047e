/**
 * Number of letters to insert, delete, replace or swap with their neighbour to turn one word into the other.
 * @see Damerau 1964, "A technique for computer detection and correction of spelling errors"
 */
function editDistance(a: string, b: string): number {
  const distances = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number) => distances[i]?.[j] ?? Infinity;
  for (let j = 1; j <= b.length; j++) distances[0]?.push(j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      distances[i]?.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]),
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

/** The names in a list, at most twenty of them: `"ham", "spam"`. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => JSON.stringify(name));
  return names.length > 20 ? `${shown.join(", ")} and ${names.length - 20} more` : shown.join(", ");
}

/** `; did you mean "text"?` where a candidate is close to `word` (case aside, up to a third of its letters), else nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const distances = candidates.map((name) => editDistance(word.toLowerCase(), name.toLowerCase()));
  const least = Math.min(...distances);
  const closest = candidates[distances.indexOf(least)];
  return closest !== undefined && least <= word.length / 3
    ? `; did you mean ${JSON.stringify(closest)}?`
    : "";
}
