import type { Batch } from "./host-tensor.js";

/** One labelled text. */
export interface Example {
  readonly text: string;
  readonly label: string;
}

/** Where examples come from. Iterating again starts again from the first. */
export interface DataSource<E = Example> {
  [Symbol.asyncIterator](): AsyncIterator<E>;
}

/** The batches of a training run. The order depends on seed and epoch only, so that training can be resumed. */
export interface BatchSource {
  /** Number of examples in an epoch. */
  readonly examples: number;
  /** Number of batches in an epoch. */
  readonly batches: number;
  /** The batches of epoch `epoch` (from 0), in that epoch's order. */
  epoch(epoch: number): Iterable<Batch>;
}
