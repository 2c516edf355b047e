import { DataError } from "@incipit/core";
import { ratio, sum } from "./confusion.js";

/** The predictions whose confidence falls into one interval. */
export interface CalibrationBin {
  /** The interval: above `from`, up to and including `to`. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability that the model gave to its predictions here; 0 in an empty bin. */
  readonly confidence: number;
  /** Share of right predictions here; 0 in an empty bin. */
  readonly accuracy: number;
}

/** A reliability diagram, filled as predictions come. */
export interface Calibration {
  /** @param confidence the probability of the predicted class @throws {DataError} when it is not in [0, 1] */
  add(confidence: number, correct: boolean): void;
  bins(): readonly CalibrationBin[];
}

/** An empty reliability diagram with bins of equal width. @see Guo et al. 2017, arXiv:1706.04599, section 2 */
export function calibration(binCount = 15): Calibration {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, correct: 0 }));
  return {
    add: (confidence, correct) => {
      const index = Math.max(Math.ceil(confidence * binCount) - 1, 0);
      const bin = confidence >= 0 ? bins[index] : undefined;
      if (bin === undefined) {
        throw new DataError(`calibration: a confidence is a probability from 0 to 1, got ${confidence}.`);
      }
      bin.count += 1;
      bin.confidence += confidence;
      bin.correct += Number(correct);
    },
    bins: () =>
      bins.map(({ count, confidence, correct }, index) => ({
        from: index / binCount,
        to: (index + 1) / binCount,
        count,
        confidence: ratio(confidence, count),
        accuracy: ratio(correct, count),
      })),
  };
}

/**
 * Expected calibration error, `Σ_m |B_m|/n · |acc(B_m) − conf(B_m)|`: by how much the model's confidence misses its
 * accuracy, on average. 0 without predictions.
 * @see Guo et al. 2017, arXiv:1706.04599, equation 3
 */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  const gaps = bins.map(({ count, accuracy, confidence }) => count * Math.abs(accuracy - confidence));
  return ratio(sum(gaps), sum(bins.map(({ count }) => count)));
}
