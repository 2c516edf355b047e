import type { Decoding } from "@incipit/core";
import { concatRows, takeRows } from "@incipit/tensor";

/** Texts that go on together, and which of all texts they are. */
interface Part {
  readonly decoding: Decoding;
  readonly rows: readonly number[];
}

/**
 * Starts texts of each length on their own, for decoders that must not see padding because they count positions
 * themselves. To the outside they are one batch.
 * @param start makes the decoding of these rows of `texts`, which are equally long
 */
export async function startByLength(
  texts: readonly (readonly number[])[],
  start: (rows: readonly number[]) => Promise<Decoding>,
): Promise<Decoding> {
  const parts: Part[] = [];
  for (const length of new Set(texts.map((ids) => ids.length))) {
    const rows = texts.flatMap((ids, row) => (ids.length === length ? [row] : []));
    parts.push({ decoding: await start(rows), rows });
  }
  return joined(parts);
}

function joined(parts: readonly Part[]): Decoding {
  const order = parts.flatMap((part) => part.rows);
  const places = order.map((_, row) => order.indexOf(row));
  return {
    ids: places.map((place) => parts.flatMap((part) => part.decoding.ids)[place] ?? []),
    logits: takeRows(concatRows(parts.map((part) => part.decoding.logits)), places),
    async next(ids) {
      const advanced: Part[] = [];
      for (const { decoding, rows } of parts) {
        advanced.push({ decoding: await decoding.next(rows.map((row) => ids[row] ?? 0)), rows });
      }
      return joined(advanced);
    },
    select(selected) {
      const kept = parts.map(({ decoding, rows }) => {
        const ours = selected.flatMap((row, i) => (rows.includes(row) ? [i] : []));
        return { decoding: decoding.select(ours.map((i) => rows.indexOf(selected[i] ?? 0))), rows: ours };
      });
      return joined(kept.filter((part) => part.rows.length > 0));
    },
  };
}
