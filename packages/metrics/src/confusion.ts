import { DataError } from "@incipit/core";

/** Counts of examples, `[label, predicted]`: row `i`, column `j` counts those of label `i` that were taken for `j`. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * The confusion matrix of class indices.
 * @param truth the right class of each example @param predicted the predicted ones, in the same order
 * @param classes number of classes
 * @throws {DataError} when the lists differ in length or hold something that is not a class index
 */
export function confusionMatrix(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
): ConfusionMatrix {
  if (truth.length !== predicted.length) {
    throw new DataError(
      `confusionMatrix: ${truth.length} labels but ${predicted.length} predictions; there must be one for each.`,
    );
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  truth.forEach((label, example) => {
    const column = predicted[example] ?? -1;
    const row = matrix[label];
    if (row?.[column] === undefined) {
      throw new DataError(
        `confusionMatrix: example ${example} has label ${label} and prediction ${column}; both must be whole numbers ` +
          `from 0 to ${classes - 1}.`,
        { details: { example, label, prediction: column } },
      );
    }
    row[column] += 1;
  });
  return matrix;
}

/** The sum of two matrices of the same classes: the matrix of both sets of examples together. */
export function addConfusion(a: ConfusionMatrix, b: ConfusionMatrix): ConfusionMatrix {
  return a.map((row, i) => row.map((count, j) => count + (b[i]?.[j] ?? 0)));
}

/** What the metrics are made of: per class, examples of it, predictions of it, and right ones; and all examples. */
export interface Margins {
  readonly labelled: readonly number[];
  readonly predicted: readonly number[];
  readonly correct: readonly number[];
  readonly total: number;
}

/** Row sums, column sums, diagonal and total of a confusion matrix. */
export function margins(matrix: ConfusionMatrix): Margins {
  const labelled = matrix.map(sum);
  return {
    labelled,
    predicted: matrix.map((_, j) => sum(matrix.map((row) => row[j] ?? 0))),
    correct: matrix.map((row, i) => row[i] ?? 0),
    total: sum(labelled),
  };
}

/** Share of examples predicted right; 0 without examples. */
export function accuracy(matrix: ConfusionMatrix): number {
  const { correct, total } = margins(matrix);
  return ratio(sum(correct), total);
}

/** The sum of a list. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A quotient that is 0 where the divisor is, as scikit-learn's `zero_division` has it by default. */
export function ratio(dividend: number, divisor: number): number {
  return divisor === 0 ? 0 : dividend / divisor;
}
