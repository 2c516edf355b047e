import { type ConfusionMatrix, accuracy, margins, ratio, sum } from "./confusion.js";

/** How well one class is found. A quotient by zero counts as 0. */
export interface ClassScores {
  /** Of the examples predicted as this class, the share that are. */
  readonly precision: number;
  /** Of the examples of this class, the share that are found. */
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
  /** Number of examples of this class. */
  readonly support: number;
}

/** Precision, recall and F1 of each class. */
export function classScores(matrix: ConfusionMatrix): readonly ClassScores[] {
  const { labelled, predicted, correct } = margins(matrix);
  return correct.map((right, i) => countScores(right, predicted[i] ?? 0, labelled[i] ?? 0));
}

/**
 * Precision, recall and F1 from counts: of right predictions, of predictions, and of what there was to find.
 * @see van Rijsbergen 1979, Information Retrieval, chapter 7
 */
export function countScores(correct: number, predicted: number, support: number): ClassScores {
  return {
    precision: ratio(correct, predicted),
    recall: ratio(correct, support),
    f1: ratio(2 * correct, support + predicted),
    support,
  };
}

/**
 * Mean F1 over the classes that occur, as a label or as a prediction (scikit-learn's default); a class that never does
 * says nothing about the model.
 */
export function macroF1(matrix: ConfusionMatrix): number {
  const { labelled, predicted } = margins(matrix);
  const occurring = classScores(matrix).filter((_, i) => (labelled[i] ?? 0) + (predicted[i] ?? 0) > 0);
  return ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length);
}

/** F1 over all decisions together. With one label per example every false positive is another's miss: it is the accuracy. */
export function microF1(matrix: ConfusionMatrix): number {
  return accuracy(matrix);
}
