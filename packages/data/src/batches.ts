import { type Batch, type BatchSource, type Encoding, type NamedTensors, ShapeError } from "@incipit/core";
import { takeRows, tensor } from "@incipit/tensor";
import { assertPaired, collateSequences, collateText, type Labels } from "./collate.js";
import { collateQuestions } from "./collate-questions.js";
import { batchOrder, type OrderOptions } from "./order.js";
import type { QuestionWindow } from "./windows.js";

/** What the batches of `textBatches` are made of. */
export interface TextBatchOptions extends OrderOptions {
  readonly encodings: readonly Encoding[];
  /** Class indices, of the texts or of their tokens; without them the batches have no targets. */
  readonly labels?: Labels;
  /** Other targets, a row for each text, by name, e.g. the numbers that are to be predicted. */
  readonly targets?: NamedTensors;
  readonly padId: number;
  /** Puts texts of like length together, so that there is little padding. */
  readonly bucketByLength?: boolean;
}

/**
 * Batches of encoded texts, as `collateText` makes them.
 * @throws {ConfigError} when the batch size is not a whole number of 1 or more, or there would be no batch
 * @throws {ShapeError} when there is not one label for each encoding, or for each of its tokens, or a row of a target
 */
export function textBatches(options: TextBatchOptions): BatchSource {
  const { encodings, labels, targets = {}, padId, bucketByLength = false } = options;
  assertPaired(encodings, labels);
  assertRows(encodings.length, targets);
  const lengths = bucketByLength ? encodings.map(({ ids }) => ids.length) : undefined;
  return batchSource(encodings.length, options, lengths, (positions) => ({
    ...collateText(at(encodings, positions), {
      padId,
      ...(labels && { labels: at<Labels[number]>(labels, positions) as Labels }),
    }),
    ...rowsOf(targets, positions),
  }));
}

/** What the batches of `pairBatches` are made of. */
export interface PairBatchOptions extends Omit<TextBatchOptions, "encodings" | "labels" | "targets"> {
  readonly first: readonly Encoding[];
  /** One for each of the first. */
  readonly second: readonly Encoding[];
  /** How alike the texts of each pair are; without them the batches have no targets. */
  readonly scores?: readonly number[];
}

/**
 * Batches of pairs of texts that are encoded each by itself: rows 2i and 2i + 1 are a pair, as `collateText` makes them, and
 * `scores` `[rows]` float32 has its score at both. Batch size and examples count pairs.
 * @throws {ConfigError} when the batch size is not a whole number of 1 or more, or there would be no batch
 * @throws {ShapeError} when there are not as many second texts, or scores, as first ones
 */
export function pairBatches(options: PairBatchOptions): BatchSource {
  const { first, second, scores, padId, bucketByLength = false } = options;
  for (const others of [second, scores ?? first]) {
    if (others.length !== first.length)
      throw new ShapeError(`pairBatches: ${first.length} first texts, but ${others.length} to go with them.`);
  }
  const pairs = first.map((encoding, i) => [encoding, ...second.slice(i, i + 1)]);
  const lengths = bucketByLength
    ? pairs.map((pair) => Math.max(...pair.map(({ ids }) => ids.length)))
    : undefined;
  return batchSource(pairs.length, options, lengths, (positions) => ({
    ...collateText(at(pairs, positions).flat(), { padId }),
    ...(scores && {
      scores: tensor(
        "float32",
        [2 * positions.length],
        at(scores, positions).flatMap((score) => [score, score]),
      ),
    }),
  }));
}

/** What the batches of `sequenceBatches` are made of. */
export interface SequenceBatchOptions extends Omit<TextBatchOptions, "labels" | "targets"> {
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

/** What the batches of `questionBatches` are made of. */
export interface QuestionBatchOptions extends OrderOptions {
  readonly windows: readonly QuestionWindow[];
  readonly padId: number;
  /** Puts windows of like length together, so that there is little padding. */
  readonly bucketByLength?: boolean;
}

/**
 * Batches of questions with their contexts, as `collateQuestions` makes them.
 * @throws {ConfigError} when the batch size is not a whole number of 1 or more, or there would be no batch
 */
export function questionBatches(options: QuestionBatchOptions): BatchSource {
  const { windows, padId, bucketByLength = false } = options;
  const lengths = bucketByLength ? windows.map(({ encoding }) => encoding.ids.length) : undefined;
  return batchSource(windows.length, options, lengths, (positions) =>
    collateQuestions(at(windows, positions), { padId }),
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
  assertRows(examples, options.tensors);
  return batchSource(examples, options, undefined, (positions) => rowsOf(options.tensors, positions));
}

/** @throws {ShapeError} when a table has not a row for each example */
function assertRows(examples: number, tables: NamedTensors): void {
  const odd = Object.entries(tables).find(([, table]) => table.shape[0] !== examples);
  if (odd === undefined) return;
  const [name, { dtype, shape }] = odd;
  throw new ShapeError(
    `batches: every table must have a row for each of ${examples} examples; "${name}" is ${dtype}[${shape.join()}].`,
  );
}

function rowsOf(tables: NamedTensors, positions: readonly number[]): NamedTensors {
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, takeRows(table, positions)]),
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
