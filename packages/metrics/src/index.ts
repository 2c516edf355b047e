export {
  type Calibration,
  calibration,
  type CalibrationBin,
  expectedCalibrationError,
} from "./calibration.js";
export {
  type ClassificationMetrics,
  classificationMetrics,
  type ClassificationReport,
  type ClassificationValues,
} from "./classification.js";
export { accuracy, addConfusion, type ConfusionMatrix, confusionMatrix } from "./confusion.js";
export { type ClassScores, classScores, macroF1, microF1 } from "./f1.js";
export { formatConfusionMatrix } from "./format.js";
export { matthewsCorrelation } from "./matthews.js";
