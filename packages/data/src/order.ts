import { ConfigError, type Random } from "@incipit/core";
import { shuffle } from "@incipit/tensor";

/** How examples are put into batches. */
export interface OrderOptions {
  readonly batchSize: number;
  /** Shuffles each epoch anew, from streams of this generator. Without one the examples come as they are. */
  readonly random?: Random;
  /** Leaves out the last batch where it is not full. */
  readonly dropLast?: boolean;
}

/** Batches whose examples are sorted together by length: many make for little padding, few for more chance. */
const WINDOW = 8;

/**
 * The positions of each batch's examples, by epoch. With `lengths`, examples of like length come together: windows of
 * eight batches are sorted by length, and the batches then shuffled.
 * @returns number of batches, and the batches of an epoch: the same for the same generator and epoch
 * @throws {ConfigError} when the batch size is not a whole number of 1 or more, or there would be no batch
 */
export function batchOrder(
  examples: number,
  { batchSize, random, dropLast = false }: OrderOptions,
  lengths?: readonly number[],
): { readonly batches: number; epoch(epoch: number): readonly (readonly number[])[] } {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new ConfigError(`batches: the batch size must be a whole number of 1 or more, got ${batchSize}.`);
  }
  const batches = dropLast ? Math.floor(examples / batchSize) : Math.ceil(examples / batchSize);
  if (batches === 0) {
    throw new ConfigError(
      `batches: ${examples} examples make no ${dropLast ? "full " : ""}batch of ${batchSize}; ` +
        (examples === 0 ? "give at least one." : "choose a smaller batch size, or keep the last batch."),
      { details: { examples, batchSize, dropLast } },
    );
  }
  const indices = Array.from({ length: examples }, (_, index) => index);
  return {
    batches,
    epoch: (epoch) => {
      const stream = random?.stream(`epoch ${epoch}`);
      const shuffled = stream ? shuffle(stream, indices) : indices;
      const ordered = lengths ? sortWithin(shuffled, WINDOW * batchSize, lengths) : shuffled;
      const chunks = chunk(ordered, batchSize).slice(0, batches);
      return stream && lengths ? shuffle(stream, chunks) : chunks;
    },
  };
}

function sortWithin(order: readonly number[], window: number, lengths: readonly number[]): readonly number[] {
  return chunk(order, window).flatMap((part) => part.sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0)));
}

function chunk<E>(items: readonly E[], size: number): E[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
