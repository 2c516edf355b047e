export { labelSimilarity, type LabelSimilarityOptions } from "./label-similarity.js";
export { lateFusion, type LateFusionOptions } from "./late-fusion.js";
export { modelOutput } from "./model-output.js";
export { crossEntropy } from "./objectives/cross-entropy.js";
export { chooseFeature, pool, pooledFeature, type PooledFeatureOptions, type Pooling } from "./pooling.js";
export { type HeadFactory, restoreHead } from "./restore.js";
export { softmaxHead, type SoftmaxHeadOptions } from "./softmax-head.js";
