import { type Batch, type Encoding, type HostTensor, ShapeError } from "@incipit/core";
import { tensor } from "@incipit/tensor";

/**
 * Encodings as a batch, padded at the end to the longest: `input_ids`, `attention_mask` (1 on tokens, 0 on padding) and,
 * where an encoding has them, `token_type_ids`, each `[batch, seq]` int64; and `labels` `[batch]` int64 where given.
 * `seq` is at least 1, also where every text is empty.
 * @throws {ShapeError} when there are not as many labels as encodings
 */
export function collateText(
  encodings: readonly Encoding[],
  options: { readonly padId: number; readonly labels?: readonly number[] },
): Batch {
  const { padId, labels } = options;
  assertPaired(encodings, labels);
  const width = Math.max(1, ...encodings.map(({ ids }) => ids.length));
  const padded = (rows: readonly (readonly number[])[], padding: number): HostTensor => {
    const data = new BigInt64Array(rows.length * width).fill(BigInt(padding));
    rows.forEach((row, index) => {
      row.forEach((value, position) => (data[index * width + position] = BigInt(value)));
    });
    return tensor("int64", [rows.length, width], data);
  };
  return {
    input_ids: padded(
      encodings.map(({ ids }) => ids),
      padId,
    ),
    attention_mask: padded(
      encodings.map(({ ids }) => ids.map(() => 1)),
      0,
    ),
    ...(encodings.some(({ typeIds }) => typeIds) && {
      token_type_ids: padded(
        encodings.map(({ typeIds = [] }) => typeIds),
        0,
      ),
    }),
    ...(labels && { labels: tensor("int64", [labels.length], labels) }),
  };
}

/** @throws {ShapeError} when there are labels, but not one for each encoding */
export function assertPaired(encodings: readonly Encoding[], labels: readonly number[] | undefined): void {
  if (labels === undefined || labels.length === encodings.length) return;
  throw new ShapeError(
    `batches: ${encodings.length} encodings but ${labels.length} labels; there must be one for each.`,
    { details: { encodings: encodings.length, labels: labels.length } },
  );
}
