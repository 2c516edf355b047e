import type { Offsets } from "@incipit/core";

/** A character as far as a tokenizer's changes go, and the code units that it comes from. */
interface Folded {
  readonly character: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Where the characters of a text are that a tokenizer changed, in the text as it was. Changes of case, accents and Unicode's
 * normal form are seen through; whitespace, and `▁` that stands for it, has no place; what else was put in or left out is found by
 * the characters around it.
 * @returns for each code unit of `changed` the code units of `text` that it comes from, or nothing
 */
export function align(text: string, changed: string): readonly (Offsets | undefined)[] {
  const from = fold(text);
  const to = fold(changed);
  const places = Array.from<Offsets | undefined>({ length: changed.length });
  let [i, j] = [0, 0];
  for (;;) {
    const next = nextMatch(from, to, i, j);
    if (next === undefined) return places;
    [i, j] = next;
    const [origin, target] = [from[i], to[j]];
    if (origin === undefined || target === undefined) return places;
    const { start } = origin;
    const end = endOfMarks(from, to, i, j);
    for (let unit = target.start; unit < target.end; unit++) {
      const [known, reached] = places[unit] ?? [start, end];
      places[unit] = [Math.min(known, start), Math.max(reached, end)];
    }
    [i, j] = [i + 1, j + 1];
  }
}

/** Every character but whitespace, without differences of case or normal form. */
function fold(text: string): readonly Folded[] {
  const folded: Folded[] = [];
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    if (!/[\s▁]/u.test(character)) {
      // Upper case first: ς and σ, ß and ss, İ and i with a dot are then the same.
      const plain = character.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD");
      for (const part of plain) if (part.trim() !== "") folded.push({ character: part, start, end });
    }
    start = end;
  }
  return folded;
}

/** The nearest equal characters from `i` and `j` on, followed by equal ones or an end; first of all, where nothing was left out. */
function nextMatch(
  from: readonly Folded[],
  to: readonly Folded[],
  i: number,
  j: number,
): readonly [number, number] | undefined {
  const equal = (a: number, b: number) => from[a]?.character === to[b]?.character;
  const ended = (a: number, b: number) => a >= from.length || b >= to.length;
  if (!ended(i, j) && equal(i, j)) return [i, j];
  const most = from.length - i + (to.length - j);
  for (let skipped = 1; skipped < most; skipped++) {
    for (let left = skipped; left >= 0; left--) {
      const [a, b] = [i + left, j + skipped - left];
      if (ended(a, b) || !equal(a, b)) continue;
      if (ended(a + 1, b + 1) || equal(a + 1, b + 1) || isMark(from[a + 1])) return [a, b];
    }
  }
  return undefined;
}

/** The end of a character with the marks behind it that the tokenizer left out, as the accent of an `e` and an accent. */
function endOfMarks(from: readonly Folded[], to: readonly Folded[], i: number, j: number): number {
  let last = i;
  while (isMark(from[last + 1]) && from[last + 1]?.character !== to[j + 1]?.character) last++;
  return from[last]?.end ?? 0;
}

function isMark(folded: Folded | undefined): boolean {
  return folded !== undefined && /^\p{M}/u.test(folded.character);
}
