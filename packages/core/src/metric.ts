import type { Batch, NamedTensors } from "./host-tensor.js";

/** A streaming metric: batches in, named values out. */
export interface Metric {
  /** Add a batch's predictions. */
  update(outputs: NamedTensors, batch: Batch): void;
  /** Named values over everything seen so far, e.g. `{ accuracy: 0.93, macroF1: 0.91 }`. */
  values(): Readonly<Record<string, number>>;
}
