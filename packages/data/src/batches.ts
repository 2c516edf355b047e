import { type Batch, type BatchSource, type Encoding, type NamedTensors, ShapeError } from "@incipit/core";
import { takeRows } from "@incipit/tensor";
import { assertPaired, collateSequences, collateText, type Labels } from "./collate.js";
import { batchOrder, type OrderOptions } from "./order.js";

/** What the batches of `textBatches` are made of. */
export interface TextBatchOptions extends OrderOptions {
  readonly encodings: readonly Encoding[];
  /** Class indices, of the texts or of their tokens; without them the batches have no targets. */
  readonly labels?: Labels;
  readonly padId: number;
  /** Puts texts of like length together, so that there is little padding. */
  readonly bucketByLength?: boolean;
}

/**
 * Batches of encoded texts, as `collateText` makes them.
 * @throws {ConfigError} when the batch size is not a whole number of 1 or more, or there would be no batch
 * @throws {ShapeError} when there is not one label for each encoding, or for each of its tokens
 */
export function textBatches(options: TextBatchOptions): BatchSource {
  const { encodings, labels, padId, bucketByLength = false } = options;
  assertPaired(encodings, labels);
  const lengths = bucketByLength ? encodings.map(({ ids }) => ids.length) : undefined;
  return batchSource(encodings.length, options, lengths, (positions) =>
    collateText(at(encodings, positions), {
      padId,
      ...(labels && { labels: at<Labels[number]>(labels, positions) as Labels }),
    }),
  );
}

/** What the batches of `sequenceBatches` are made of. */
export interface SequenceBatchOptions extends Omit<TextBatchOptions, "labels"> {
  /** What a decoder shall answer, one for each encoding. */
  readonly targets: readonly Encoding[];
  /** What the decoder reads first. */
  readonly startId: number;
}

/**
 * Batches for an encoder-decoder, as `collateSequences` makes them.
 * @throws {ConfigError} when the batch size is not a whole number of 1 or more, or there would be no batch
 * @throws {ShapeError} when there are not as many targets as encodings
 */
export function sequenceBatches(options: SequenceBatchOptions): BatchSource {
  const { encodings, targets, bucketByLength = false } = options;
  assertPaired(
    encodings,
    targets.map(() => 0),
  );
  const lengths = bucketByLength ? encodings.map(({ ids }) => ids.length) : undefined;
  return batchSource(encodings.length, options, lengths, (positions) =>
    collateSequences(at(encodings, positions), at(targets, positions), options),
  );
}

/** What the batches of `tensorBatches` are made of. */
export interface TensorBatchOptions extends OrderOptions {
  /** Tables with one row for each example, e.g. cached features `[examples, width]` and `labels` `[examples]`. */
  readonly tensors: NamedTensors;
}

/**
 * Batches of the rows of tables: training on cached features.
 * @throws {ConfigError} when the batch size is not a whole number of 1 or more, or there would be no batch
 * @throws {ShapeError} when the tables differ in their number of rows
 */
export function tensorBatches(options: TensorBatchOptions): BatchSource {
  const tables = Object.entries(options.tensors);
  const examples = tables[0]?.[1].shape[0] ?? 0;
  const odd = tables.find(([, table]) => table.shape[0] !== examples);
  if (odd !== undefined) {
    throw new ShapeError(
      `tensorBatches: all tables must have as many rows as "${tables[0]?.[0] ?? ""}", ${examples}; ` +
        `"${odd[0]}" is ${odd[1].dtype}[${odd[1].shape.join()}].`,
    );
  }
  return batchSource(examples, options, undefined, (positions) =>
    Object.fromEntries(tables.map(([name, table]) => [name, takeRows(table, positions)])),
  );
}

function batchSource(
  examples: number,
  options: OrderOptions,
  lengths: readonly number[] | undefined,
  collate: (positions: readonly number[]) => Batch,
): BatchSource {
  const order = batchOrder(examples, options, lengths);
  return {
    examples: options.dropLast ? order.batches * options.batchSize : examples,
    batches: order.batches,
    *epoch(epoch) {
      for (const positions of order.epoch(epoch)) yield collate(positions);
    },
  };
}

function at<E>(items: readonly E[], positions: readonly number[]): E[] {
  return positions.flatMap((position) => items.slice(position, position + 1));
}
