import { DataError, type BatchSource, type Metric, type Parameters, type TrainStep } from "@incipit/core";
import { inMicroBatches } from "./micro-batches.js";

/** What to evaluate, on what, and by what. */
export interface EvaluateOptions {
  readonly step: TrainStep;
  readonly parameters: Parameters;
  /** Epoch 0 of these is run through. */
  readonly batches: BatchSource;
  readonly metric: Metric;
  /** As in training. */
  readonly microBatchTokens?: number | false | undefined;
}

/**
 * The metric's values over all batches.
 * @throws {DataError} when there are no batches
 * @throws {ConfigError} when `microBatchTokens` is no whole number of at least 1
 */
export async function evaluate({
  step,
  metric,
  microBatchTokens,
  ...options
}: EvaluateOptions): Promise<Readonly<Record<string, number>>> {
  await measure({ ...options, step: inMicroBatches(step, microBatchTokens), metrics: [metric] });
  return metric.values();
}

/**
 * Show all batches to the metrics.
 * @returns false when the signal cut it short
 */
export async function measure({
  step,
  parameters,
  batches,
  metrics,
  signal,
}: Omit<EvaluateOptions, "metric" | "microBatchTokens"> & {
  readonly metrics: readonly Metric[];
  readonly signal?: AbortSignal | undefined;
}): Promise<boolean> {
  if (batches.batches < 1) throw new DataError("There are no batches to evaluate on: the data is empty.");
  for (const batch of batches.epoch(0)) {
    if (signal?.aborted) return false;
    const outputs = await step.predict(batch, parameters);
    for (const metric of metrics) metric.update(outputs, batch);
  }
  return true;
}
