import {
  type Batch,
  DataError,
  DivergenceError,
  type HostTensor,
  type NamedTensors,
  ShapeError,
} from "@incipit/core";

/** One example's scores and what it should be. */
export interface Scored {
  /** Logits, one per class. */
  readonly scores: readonly number[];
  /** Index of the right class. */
  readonly label: number;
}

/**
 * Rows of `outputs.logits` `[batch, classes]` (float32 or float64) with their `batch.labels` `[batch]` (int64 or int32).
 * @throws {ShapeError} when one is missing or has another shape or dtype
 * @throws {DataError} when a label is not a class @throws {DivergenceError} when an example's largest logit is not a finite number
 */
export function scoredExamples(outputs: NamedTensors, batch: Batch, classes: number): readonly Scored[] {
  const { logits } = outputs;
  const { labels } = batch;
  if (logits === undefined || !isFloat(logits) || logits.shape.length !== 2 || logits.shape[1] !== classes) {
    throw mismatch("outputs.logits", `float32[batch,${classes}]`, logits);
  }
  if (labels === undefined || !isInteger(labels) || labels.shape.join() !== String(logits.shape[0])) {
    throw mismatch("batch.labels", `int64[${logits.shape[0] ?? 0}]`, labels);
  }
  return Array.from<number | bigint>(labels.data).map((value, row) => {
    const scores = Array.from(logits.data.subarray(row * classes, (row + 1) * classes));
    const label = Number(value);
    if (label < 0 || label >= classes) {
      throw new DataError(
        `classificationMetrics: example ${row} of the batch has label ${label}; there are ${classes} classes, from 0.`,
        { details: { row, label, classes } },
      );
    }
    if (!Number.isFinite(Math.max(...scores))) {
      throw new DivergenceError(
        `classificationMetrics: the logits of example ${row} of the batch are not finite numbers; the parameters have ` +
          `probably diverged, try a smaller learning rate.`,
        { details: { row } },
      );
    }
    return { scores, label };
  });
}

function isFloat(tensor: HostTensor): tensor is HostTensor<"float32" | "float64"> {
  return tensor.dtype === "float32" || tensor.dtype === "float64";
}

function isInteger(tensor: HostTensor): tensor is HostTensor<"int64" | "int32"> {
  return tensor.dtype === "int64" || tensor.dtype === "int32";
}

function mismatch(name: string, expected: string, got: HostTensor | undefined): ShapeError {
  const found = got === undefined ? "nothing" : `${got.dtype}[${got.shape.join()}]`;
  return new ShapeError(
    `classificationMetrics: ${name} must be ${expected}, got ${found}; does the head fit the labels?`,
  );
}

/** The predicted class: the first of the largest scores. */
export function argMax(scores: readonly number[]): number {
  return scores.reduce((best, score, index) => (score > (scores[best] ?? -Infinity) ? index : best), 0);
}

/** `log Σ exp(scores)`, without overflow. */
export function logSumExp(scores: readonly number[]): number {
  const largest = Math.max(...scores);
  return largest + Math.log(scores.reduce((total, score) => total + Math.exp(score - largest), 0));
}
