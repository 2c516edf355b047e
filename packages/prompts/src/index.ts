export type { PromptInit, PromptInitContext } from "./init/initializer.js";
export { fromLabels } from "./init/labels.js";
export { fromRandom } from "./init/random.js";
export { fromText } from "./init/text.js";
export { fromVocabulary } from "./init/vocabulary.js";
export { nearestTokens, type NearToken } from "./nearest-tokens.js";
export { type PromptFactory, restorePrompt } from "./restore.js";
export { PROMPT_EMBEDDINGS, softPrompt, type SoftPromptOptions } from "./soft-prompt.js";
