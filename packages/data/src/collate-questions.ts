import type { Batch, HostTensor } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { collateText } from "./collate.js";
import type { QuestionWindow } from "./windows.js";

/**
 * Windows as a batch: what `collateText` makes of their encodings; `start_positions` and `end_positions` `[batch]`, the answer's
 * first and last token, and the first of all where a window has no answer; `offset_mapping` `[batch, seq, 2]`, what of the context a
 * token stands for, and -1 where it is not of the context; `question_index` `[batch]`. All are int64.
 */
export function collateQuestions(
  windows: readonly QuestionWindow[],
  { padId }: { readonly padId: number },
): Batch {
  const encodings = windows.map(({ encoding }) => encoding);
  const width = Math.max(1, ...encodings.map(({ ids }) => ids.length));
  const offsets = new BigInt64Array(windows.length * width * 2).fill(-1n);
  windows.forEach((window, row) => {
    window.offsets.forEach((place, position) => {
      if (place !== undefined) offsets.set(place.map(BigInt), (row * width + position) * 2);
    });
  });
  const column = (value: (window: QuestionWindow) => number): HostTensor =>
    tensor("int64", [windows.length], windows.map(value));
  return {
    ...collateText(encodings, { padId }),
    start_positions: column(({ answer }) => answer?.[0] ?? 0),
    end_positions: column(({ answer }) => answer?.[1] ?? 0),
    offset_mapping: tensor("int64", [windows.length, width, 2], offsets),
    question_index: column(({ question }) => question),
  };
}
