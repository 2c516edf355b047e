import { type Batch, ConfigError, DataError, type Metric, type NamedTensors } from "@incipit/core";
import { calibration, type CalibrationBin, expectedCalibrationError } from "./calibration.js";
import { accuracy, addConfusion, type ConfusionMatrix, confusionMatrix } from "./confusion.js";
import { type ClassScores, classScores, macroF1, microF1 } from "./f1.js";
import { argMax, logSumExp, scoredExamples } from "./logits.js";
import { matthewsCorrelation } from "./matthews.js";

/** What `classificationMetrics` gives, each over all examples seen. */
export interface ClassificationValues extends Readonly<Record<string, number>> {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly microF1: number;
  readonly matthews: number;
  /** Expected calibration error. */
  readonly calibrationError: number;
  /** Mean of −log P(label), natural logarithm. */
  readonly logLoss: number;
}

/** Everything there is to know of a classifier's predictions. */
export interface ClassificationReport {
  readonly values: ClassificationValues;
  readonly examples: number;
  /** In the order of the labels. */
  readonly classes: readonly (ClassScores & { readonly label: string })[];
  readonly confusion: ConfusionMatrix;
  readonly calibration: readonly CalibrationBin[];
}

/** The metrics of a classifier. */
export interface ClassificationMetrics extends Metric {
  values(): ClassificationValues;
  report(): ClassificationReport;
}

/**
 * Streaming metrics of a classifier, from `outputs.logits` `[batch, labels]` and `batch.labels` `[batch]`. The predicted
 * class is the one of the largest logit, its probability the softmax of the logits.
 *
 * `update` throws {ShapeError} when logits or labels are missing or misshapen, {DataError} for a label that is no class and
 * {DivergenceError} for logits that are not finite; `values` and `report` throw {DataError} before the first example.
 * @param options labels: the names, in the order of the logits; bins: of the calibration error
 * @throws {ConfigError} when there are fewer than two labels
 */
export function classificationMetrics(options: {
  readonly labels: readonly string[];
  readonly bins?: number;
}): ClassificationMetrics {
  const { labels, bins = 15 } = options;
  if (labels.length < 2) {
    throw new ConfigError(`classificationMetrics: there must be two labels or more, got ${labels.length}.`);
  }
  const reliability = calibration(bins);
  let confusion = confusionMatrix([], [], labels.length);
  let examples = 0;
  let surprise = 0;

  const values = (): ClassificationValues => {
    if (examples === 0) {
      throw new DataError(
        "classificationMetrics: there are no predictions yet; call update with at least one example.",
      );
    }
    return {
      accuracy: accuracy(confusion),
      macroF1: macroF1(confusion),
      microF1: microF1(confusion),
      matthews: matthewsCorrelation(confusion),
      calibrationError: expectedCalibrationError(reliability.bins()),
      logLoss: surprise / examples,
    };
  };

  return {
    update: (outputs: NamedTensors, batch: Batch) => {
      const scored = scoredExamples(outputs, batch, labels.length);
      const predicted = scored.map(({ scores }) => argMax(scores));
      const truth = scored.map(({ label }) => label);
      scored.forEach(({ scores, label }, row) => {
        const normalizer = logSumExp(scores);
        surprise += normalizer - (scores[label] ?? NaN);
        reliability.add(Math.exp(Math.max(...scores) - normalizer), predicted[row] === label);
      });
      confusion = addConfusion(confusion, confusionMatrix(truth, predicted, labels.length));
      examples += scored.length;
    },
    values,
    report: () => ({
      values: values(),
      examples,
      classes: classScores(confusion).map((scores, index) => ({ label: labels[index] ?? "", ...scores })),
      confusion,
      calibration: reliability.bins(),
    }),
  };
}
