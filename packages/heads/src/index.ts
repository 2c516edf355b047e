export { labelSimilarity, type LabelSimilarityOptions } from "./label-similarity.js";
export { lateFusion, type LateFusionOptions } from "./late-fusion.js";
export { modelOutput } from "./model-output.js";
export { modelOutputs } from "./model-outputs.js";
export { crossEntropy } from "./objectives/cross-entropy.js";
export { meanSquaredError } from "./objectives/mean-squared-error.js";
export { cosineSimilarityLoss, multipleNegativesRanking } from "./objectives/pairs.js";
export { answerSpan } from "./objectives/span.js";
export {
  causalLanguageModel,
  sequenceToSequence,
  tokenClassification,
} from "./objectives/token-cross-entropy.js";
export { pooledHead, type PooledHeadOptions } from "./pooled-head.js";
export { chooseFeature, pool, pooledFeature, type PooledFeatureOptions, type Pooling } from "./pooling.js";
export { type Positions, type PositionsOptions } from "./positions.js";
export { regressionHead, type RegressionHeadOptions } from "./regression-head.js";
export { type HeadFactory, restoreHead } from "./restore.js";
export { softmaxHead, type SoftmaxHeadOptions } from "./softmax-head.js";
export { modelSpans, spanHead, type SpanHeadOptions } from "./span-head.js";
export { bestSpan, type Span, type SpanOptions } from "./spans.js";
export { modelTokens, tokenHead, type TokenHeadOptions } from "./token-head.js";
export { type AnswerPosition, verbalizerHead, type VerbalizerOptions } from "./verbalizer.js";
