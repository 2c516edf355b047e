import type { HostTensor } from "@incipit/core";
import { takeAlong } from "../selection/take-along.js";
import type { RowAxes } from "./rows.js";

/** What rounding makes of a row, beside the largest entry, when it is computed among others. */
const TOLERANCE = 1e-4;

/** Whether a value has, of prefix and text, the same rows and more of them than of the prefix alone: all other axes are as long. */
export function areRowsOf(whole: HostTensor, alone: HostTensor, { batch, rows }: RowAxes): boolean {
  return (
    whole.dtype === "float32" &&
    whole.shape.length === alone.shape.length &&
    whole.shape.every((size, axis) => axis === batch || axis === rows || size === alone.shape[axis])
  );
}

/** Whether the first rows of every example are those of the prefix alone, which is one example of no other rows. */
export function sameRows(whole: HostTensor, alone: HostTensor, { batch, rows }: RowAxes): boolean {
  const prefix = Array.from({ length: alone.shape[rows] ?? 0 }, (_, i) => i);
  const front = takeAlong(whole, rows, prefix);
  const expected = Array.from(alone.data, Number);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Array.from({ length: whole.shape[batch] ?? 0 }, (_, i) => i).every((example) => {
    const { data } = takeAlong(front, batch, [example]);
    return expected.every((value, i) => Math.abs(value - Number(data[i])) <= TOLERANCE * largest);
  });
}
