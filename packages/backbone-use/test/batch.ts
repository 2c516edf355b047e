import type { Batch } from "@incipit/core";
import { tensor } from "@incipit/tensor";

/** Texts, as ids, in a batch that is padded to the longest, or to `length`. */
export function batchOf(texts: readonly (readonly number[])[], padId: number, length?: number): Batch {
  const seq = length ?? Math.max(...texts.map((ids) => ids.length));
  const rows = (value: (ids: readonly number[], position: number) => number) =>
    texts.flatMap((ids) => Array.from({ length: seq }, (_, position) => value(ids, position)));
  const shape = [texts.length, seq];
  return {
    input_ids: tensor(
      "int64",
      shape,
      rows((ids, position) => ids[position] ?? padId),
    ),
    attention_mask: tensor(
      "int64",
      shape,
      rows((ids, position) => (position < ids.length ? 1 : 0)),
    ),
  };
}
