import { type Batch, type Encoding, type HostTensor, ShapeError } from "@incipit/core";
import { IGNORED_LABEL, tensor } from "@incipit/tensor";

/** A class index for each text, or one for each of its tokens. */
export type Labels = readonly number[] | readonly (readonly number[])[];

/**
 * Encodings as a batch, padded at the end to the longest: `input_ids`, `attention_mask` (1 on tokens, 0 on padding) and,
 * where an encoding has them, `token_type_ids`, each `[batch, seq]` int64; and `labels` int64 where given, `[batch]`, or
 * `[batch, seq]` with -100 on padding. `seq` is at least 1, also where every text is empty.
 * @throws {ShapeError} when there are not as many labels as encodings
 */
export function collateText(
  encodings: readonly Encoding[],
  options: { readonly padId: number; readonly labels?: Labels },
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
    ...(labels && {
      labels: areOfTokens(labels) ? padded(labels, IGNORED_LABEL) : tensor("int64", [labels.length], labels),
    }),
  };
}

/**
 * Encodings and what a decoder shall answer them, as a batch: that of `collateText` for the encoder, `labels`
 * `[batch, decoder_seq]` int64, -100 on padding, and `decoder_input_ids` of the same shape, the labels one position later behind
 * a start token.
 * @throws {ShapeError} when there are not as many targets as encodings
 */
export function collateSequences(
  encodings: readonly Encoding[],
  targets: readonly Encoding[],
  { padId, startId }: { readonly padId: number; readonly startId: number },
): Batch {
  const labels = targets.map(({ ids }) => ids);
  assertPaired(
    encodings,
    labels.map(() => 0),
  );
  const read = targets.map(({ ids }) => ({ ids: [startId, ...ids].slice(0, ids.length) }));
  const { input_ids, labels: answers } = collateText(read, { padId, labels });
  return {
    ...collateText(encodings, { padId }),
    ...(input_ids && { decoder_input_ids: input_ids }),
    ...(answers && { labels: answers }),
  };
}

function areOfTokens(labels: Labels): labels is readonly (readonly number[])[] {
  return typeof labels[0] === "object";
}

/** @throws {ShapeError} when there are labels, but not one for each encoding or for each of its tokens */
export function assertPaired(encodings: readonly Encoding[], labels: Labels | undefined): void {
  if (labels === undefined) return;
  if (labels.length !== encodings.length) {
    throw new ShapeError(
      `batches: ${encodings.length} encodings but ${labels.length} labels; there must be one for each.`,
      { details: { encodings: encodings.length, labels: labels.length } },
    );
  }
  if (!areOfTokens(labels)) return;
  const odd = encodings.findIndex(({ ids }, index) => labels[index]?.length !== ids.length);
  if (odd < 0) return;
  throw new ShapeError(`batches: encoding ${odd} must have a label for each of its tokens.`, {
    details: { encoding: odd },
  });
}
