import { type ConfusionMatrix, margins, ratio, sum } from "./confusion.js";

/**
 * Matthews' correlation of labels and predictions, for any number of classes: 1 when all are right, about 0 for guessing,
 * also where one class is rare.
 *
 *     R_K = (c·s − Σ p_k t_k) / √((s² − Σ p_k²)(s² − Σ t_k²))
 *
 * with `s` examples, `c` right ones, class `k` predicted `p_k` times and true `t_k` times. 0 where all labels or all
 * predictions are of one class, as in scikit-learn.
 * @see Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation coefficient", equation 8
 */
export function matthewsCorrelation(matrix: ConfusionMatrix): number {
  const { labelled, predicted, correct, total } = margins(matrix);
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, k) => value * (b[k] ?? 0)));
  const spread = (counts: readonly number[]) => total * total - dot(counts, counts);
  return ratio(
    sum(correct) * total - dot(predicted, labelled),
    Math.sqrt(spread(predicted)) * Math.sqrt(spread(labelled)),
  );
}
