/** @file How a batch is cut into parts of rows of like length. */

/** Some rows of a batch. */
export interface Part {
  /** Their numbers. */
  readonly rows: readonly number[];
  /** How many of the columns they need. */
  readonly width: number;
  /** What is computed for them: rows × positions, virtual tokens included. */
  readonly positions: number;
}

/** What the parts are for. */
export interface CutOptions {
  /** Positions that a part may have at most, unless it is a single row. */
  readonly tokens: number;
  /** Positions that are computed for each row besides its own. */
  readonly virtualTokens: number;
  /** Parts that are run side by side. */
  readonly concurrency: number;
}

/** A row of a batch, and what it needs. */
interface Row {
  readonly row: number;
  readonly width: number;
  /** Columns and virtual tokens. */
  readonly positions: number;
}

/** What it costs to run a part at all, in positions. */
const PART_COST = 32;

/** Up to so many rows all ways to cut them are compared: of ten there are 512. */
const FEW_ROWS = 10;

/** Of more rows, up to so many parts of like size are tried for each that is run at the same time. */
const MOST_PARTS_EACH = 4;

/** Parts of like size are this much larger than their share of the batch, as rows are padded. */
const PADDED = 1.1;

/**
 * Rows in parts of like length, the largest part first: of some ways to cut them, the one that is done soonest when parts are
 * taken in turn by as many as run side by side.
 * @param lengths how many columns each row needs
 */
export function cutByLength(lengths: readonly number[], options: CutOptions): readonly Part[] {
  const { tokens, virtualTokens, concurrency } = options;
  const rows = lengths
    .map((width, row) => ({ row, width, positions: width + virtualTokens }))
    .sort((a, b) => b.width - a.width);
  const cuts =
    concurrency === 1
      ? [fewestPositions(rows, tokens)]
      : rows.length <= FEW_ROWS
        ? everyCut(rows, tokens)
        : cutsIntoLikeParts(rows, tokens, MOST_PARTS_EACH * concurrency);
  return soonest(cuts, concurrency);
}

/** All ways to cut sorted rows into parts of at most `tokens` positions. */
function everyCut(rows: readonly Row[], tokens: number): readonly (readonly Part[])[] {
  const [first] = rows;
  if (first === undefined) return [[]];
  const sizes = rows.map((_, i) => i + 1).filter((size) => size === 1 || size * first.positions <= tokens);
  return sizes.flatMap((size) =>
    everyCut(rows.slice(size), tokens).map((rest) => largestFirst([partOf(rows.slice(0, size)), ...rest])),
  );
}

/** For each n up to `most` the cut with the fewest positions into parts of no more than an n-th of the rows. */
function cutsIntoLikeParts(rows: readonly Row[], tokens: number, most: number): readonly (readonly Part[])[] {
  const total = rows.reduce((sum, { positions }) => sum + positions, 0);
  return Array.from({ length: most }, (_, i) =>
    fewestPositions(rows, Math.min(tokens, (PADDED * total) / (i + 1))),
  );
}

/** Of all ways to cut sorted rows into parts of at most `tokens` positions, the one with the fewest positions to compute. */
function fewestPositions(rows: readonly Row[], tokens: number): readonly Part[] {
  // From the end: the cheapest way to cut the rows from each on, by its cost and the size of its first part.
  const cheapest = [...rows.map(() => ({ cost: Infinity, size: 1 })), { cost: 0, size: 0 }];
  for (const [start, { positions }] of [...rows.entries()].reverse()) {
    const most = Math.min(rows.length - start, Math.max(1, Math.floor(tokens / positions)));
    for (let size = 1; size <= most; size++) {
      const cost = PART_COST + size * positions + (cheapest[start + size]?.cost ?? 0);
      if (cost < (cheapest[start]?.cost ?? 0)) cheapest[start] = { cost, size };
    }
  }
  const parts: Part[] = [];
  for (let start = 0; start < rows.length; start += cheapest[start]?.size ?? 1) {
    parts.push(partOf(rows.slice(start, start + (cheapest[start]?.size ?? 1))));
  }
  return largestFirst(parts);
}

/** Sorted rows as one part. */
function partOf(rows: readonly Row[]): Part {
  const { width = 1, positions = 0 } = rows[0] ?? {};
  return { rows: rows.map(({ row }) => row), width, positions: rows.length * positions };
}

function largestFirst(parts: readonly Part[]): readonly Part[] {
  return parts.toSorted((a, b) => b.positions - a.positions);
}

/** The cut that is done soonest; of those that are done at the same time, the one with the least to compute. */
function soonest(cuts: readonly (readonly Part[])[], concurrency: number): readonly Part[] {
  const costs = cuts.map((parts) => ({ parts, time: timeOf(parts, concurrency), work: timeOf(parts, 1) }));
  const best = costs.reduce((a, b) => (b.time < a.time || (b.time === a.time && b.work < a.work) ? b : a));
  return best.parts;
}

/** When the last part is done, in positions. */
function timeOf(parts: readonly Part[], concurrency: number): number {
  const busyUntil = new Array<number>(concurrency).fill(0);
  for (const { positions } of parts) {
    const next = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[next] = (busyUntil[next] ?? 0) + positions + PART_COST;
  }
  return Math.max(...busyUntil);
}
