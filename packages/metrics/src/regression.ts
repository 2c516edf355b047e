import { type Batch, DataError, type Metric, type NamedTensors, ShapeError } from "@incipit/core";
import { sum } from "./confusion.js";
import { pearsonCorrelation, spearmanCorrelation } from "./correlation.js";
import { floatRows } from "./float-rows.js";

/** What `regressionMetrics` gives, each over all examples seen. */
export interface RegressionValues extends Readonly<Record<string, number>> {
  /** Mean of the squared errors. */
  readonly mse: number;
  /** Its square root, in the numbers' own unit. */
  readonly rmse: number;
  /** Mean of the errors' sizes. */
  readonly mae: number;
  /** Correlation of the predictions with what they should be, from -1 to 1. */
  readonly pearson: number;
  /** Correlation of their ranks. */
  readonly spearman: number;
}

/** How well numbers are predicted. */
export interface RegressionReport {
  readonly values: RegressionValues;
  readonly examples: number;
}

/** The metrics of what predicts numbers. */
export interface RegressionMetrics extends Metric {
  values(): RegressionValues;
  report(): RegressionReport;
}

/**
 * Streaming metrics of predicted numbers: `outputs.prediction` against `batch.target`, both `[batch, 1]` or `[batch]`. They keep
 * all numbers, for the ranks.
 *
 * `update` throws {ShapeError} when one is missing or misshapen, and {DivergenceError} for predictions that are not finite;
 * `values` and `report` throw {DataError} before the first example.
 */
export function regressionMetrics(): RegressionMetrics {
  const name = "regressionMetrics";
  return numberMetrics(name, (outputs, batch) => ({
    predicted: floatRows(name, "outputs", outputs, "prediction").flat(),
    truth: floatRows(name, "batch", batch, "target").flat(),
  }));
}

/**
 * The metrics of numbers, however they come of a batch.
 * @param name who speaks in error messages
 */
export function numberMetrics(
  name: string,
  read: (outputs: NamedTensors, batch: Batch) => Readonly<Record<"predicted" | "truth", readonly number[]>>,
): RegressionMetrics {
  const predicted: number[] = [];
  const truth: number[] = [];
  const values = (): RegressionValues => {
    if (predicted.length === 0) {
      throw new DataError(`${name}: there are no predictions yet; call update with at least one example.`);
    }
    const errors = predicted.map((value, i) => value - (truth[i] ?? NaN));
    const mse = sum(errors.map((error) => error * error)) / errors.length;
    return {
      mse,
      rmse: Math.sqrt(mse),
      mae: sum(errors.map(Math.abs)) / errors.length,
      pearson: pearsonCorrelation(predicted, truth),
      spearman: spearmanCorrelation(predicted, truth),
    };
  };
  return {
    update(outputs, batch) {
      const seen = read(outputs, batch);
      if (seen.predicted.length !== seen.truth.length) {
        throw new ShapeError(
          `${name}: there are ${seen.predicted.length} predictions for ${seen.truth.length} numbers.`,
        );
      }
      predicted.push(...seen.predicted);
      truth.push(...seen.truth);
    },
    values,
    report: () => ({ values: values(), examples: predicted.length }),
  };
}
