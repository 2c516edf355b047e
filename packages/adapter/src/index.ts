export {
  type Answerer,
  type AskedQuestion,
  restoreAnswerer,
  type RestoreAnswererOptions,
} from "./answerer.js";
export { answerSearch, type AnswerSearch, type FindAnswerOptions, type FoundAnswer } from "./answers.js";
export { type Adapter, type AdapterDescription, type Provenance } from "./adapter.js";
export { adapterOf, type TrainedParts } from "./adapter-of.js";
export { checkAdapter, type CheckedBackbone } from "./check.js";
export { type Classification, type Classifier, restoreClassifier } from "./classifier.js";
export { decodeAdapter, encodeAdapter, type Files } from "./files.js";
export { type Embedder, restoreEmbedder } from "./embedder.js";
export { type Generator, restoreGenerator } from "./generator.js";
export type { PromptAtWork, RestoreOptions } from "./prompt-at-work.js";
export { type Regressor, restoreRegressor } from "./regressor.js";
export { restoreStep, type RestoreStepOptions, textLength } from "./restore.js";
export { headModules, type PeftSettings, type TaskType } from "./peft/settings.js";
export { restoreTagger, type Tagger } from "./tagger.js";
export { type TextOutputs } from "./text-outputs.js";
