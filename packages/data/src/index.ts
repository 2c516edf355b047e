export {
  pairBatches,
  type PairBatchOptions,
  questionBatches,
  type QuestionBatchOptions,
  sequenceBatches,
  type SequenceBatchOptions,
  tensorBatches,
  type TensorBatchOptions,
  textBatches,
  type TextBatchOptions,
} from "./batches.js";
export { collateQuestions } from "./collate-questions.js";
export { collateSequences, collateText, type Labels } from "./collate.js";
export { type DelimitedOptions, parseCsv, parseTsv } from "./delimited.js";
export { encodeExamples, type Texts } from "./encode.js";
export { encodeFeatures, type EncodeFeaturesOptions } from "./features.js";
export { type ReadOptions, type TextExample } from "./example.js";
export { parseJsonl } from "./jsonl.js";
export { kShot } from "./k-shot.js";
export { labelIndices, labelSet } from "./labels.js";
export { languageModelLabels } from "./language-model.js";
export { type OrderOptions } from "./order.js";
export {
  type Answer,
  parseQuestionsJsonl,
  parseSquad,
  type Question,
  type QuestionOptions,
} from "./questions.js";
export { collect, fromMemory } from "./source.js";
export { stratifiedSplit } from "./split.js";
export {
  parseConll,
  parseTaggedJsonl,
  tagIndices,
  type TaggedOptions,
  type TaggedSentence,
  tagSet,
} from "./tagged.js";
export { decodeUtf8 } from "./utf8.js";
export { encodeQuestions, type QuestionWindow, type WindowOptions } from "./windows.js";
export { encodeWords, type EncodedWords, wordLabels } from "./words.js";
