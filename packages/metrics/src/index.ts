export { bleuMetric, type BleuOptions, type BleuValues } from "./bleu.js";
export {
  type Calibration,
  calibration,
  type CalibrationBin,
  expectedCalibrationError,
} from "./calibration.js";
export { chrfMetric, type ChrfOptions, type ChrfValues } from "./chrf.js";
export {
  type ClassificationMetrics,
  classificationMetrics,
  type ClassificationReport,
  type ClassificationValues,
} from "./classification.js";
export { accuracy, addConfusion, type ConfusionMatrix, confusionMatrix } from "./confusion.js";
export { pearsonCorrelation, spearmanCorrelation } from "./correlation.js";
export { entities, type Entity, type TaggingScheme } from "./entities.js";
export { type ClassScores, classScores, macroF1, microF1 } from "./f1.js";
export { formatConfusionMatrix } from "./format.js";
export { matthewsCorrelation } from "./matthews.js";
export { type PairMetric } from "./pair-metric.js";
export { type PerplexityMetric, perplexityMetric, type PerplexityValues } from "./perplexity.js";
export { porterStem } from "./porter-stemmer.js";
export { type RankingMetric, rankingMetric, type RankingOptions, type RankingValues } from "./ranking.js";
export {
  type RegressionMetrics,
  regressionMetrics,
  type RegressionReport,
  type RegressionValues,
} from "./regression.js";
export {
  rougeMetric,
  type RougeOptions,
  type RougeScore,
  type RougeScores,
  rougeScores,
  type RougeValues,
} from "./rouge.js";
export {
  type PairRetrievalMetrics,
  pairRetrievalMetrics,
  type PairRetrievalReport,
  type PairRetrievalValues,
  similarityMetrics,
} from "./similarity.js";
export { normalizeAnswer, squadMetric, type SquadValues } from "./squad.js";
export { type TaggingMetric, taggingMetric, type TaggingReport, type TaggingValues } from "./tagging.js";
export { type TextMetric } from "./text-metric.js";
export { type EntityReport, type TokenMetrics, tokenMetrics, type TokenReport } from "./token-metrics.js";
export { tokenize13a } from "./tokenize-13a.js";
