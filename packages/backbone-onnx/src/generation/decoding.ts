/** @file Going on with texts from what is known of them. */
import type { Decoding, HostTensor, NamedTensors } from "@incipit/core";
import { takeRows } from "@incipit/tensor";

/** Texts, what comes next, and whatever else the next run needs: tensors with a row for each text. */
export interface DecodingState {
  readonly ids: readonly (readonly number[])[];
  readonly logits: HostTensor<"float32">;
  readonly tensors: NamedTensors;
}

/** How a state is made from the one before it, given one more token of each text. */
export type Advance = (state: DecodingState, ids: readonly number[]) => Promise<DecodingState>;

/** A state as something that a search can go on from. */
export function decodingOf(state: DecodingState, advance: Advance): Decoding {
  const { ids, logits } = state;
  return {
    ids,
    logits,
    next: async (more) => decodingOf(await advance(state, more), advance),
    select: (rows) => decodingOf(selected(state, rows), advance),
  };
}

function selected(state: DecodingState, rows: readonly number[]): DecodingState {
  if (rows.length === state.ids.length && rows.every((row, i) => row === i)) return state;
  return {
    ids: rows.map((row) => state.ids[row] ?? []),
    logits: takeRows(state.logits, rows),
    tensors: Object.fromEntries(
      Object.entries(state.tensors).map(([name, tensor]) => [name, takeRows(tensor, rows)]),
    ),
  };
}
