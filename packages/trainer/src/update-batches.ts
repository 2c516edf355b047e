import { DataError, type Batch, type BatchSource } from "@incipit/core";

/** The batches of one update. */
export interface UpdateBatches {
  /** From 0. */
  readonly epoch: number;
  readonly batches: readonly Batch[];
}

/**
 * What each update sees, from update `start` (from 0) on, without end. Every epoch begins a new update.
 * @throws {DataError} when an epoch has another number of batches than announced
 */
export function* updateBatches(
  source: BatchSource,
  accumulation: number,
  start: number,
): Generator<UpdateBatches, never> {
  const updatesPerEpoch = Math.ceil(source.batches / accumulation);
  let skip = (start % updatesPerEpoch) * accumulation;
  for (let epoch = Math.floor(start / updatesPerEpoch); ; epoch++) {
    let seen = 0;
    let group: Batch[] = [];
    for (const batch of source.epoch(epoch)) {
      seen++;
      if (seen <= skip) continue;
      group.push(batch);
      if (group.length === accumulation || seen === source.batches) {
        yield { epoch, batches: group };
        group = [];
      }
    }
    if (seen !== source.batches) {
      throw new DataError(
        `Epoch ${epoch} has ${seen} batches, but the source announces ${source.batches}: its epochs must be alike.`,
        { details: { epoch } },
      );
    }
    skip = 0;
  }
}
