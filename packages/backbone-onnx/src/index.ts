export { onnxBackbone, type OnnxBackboneOptions } from "./backbone.js";
export { embeddingTable } from "./embedding-table.js";
export { joinEncoderDecoder } from "./encoder-decoder.js";
export type { GenerationIds } from "./generation/step.js";
export type { ModelGraphs } from "./model-graphs.js";
export { tokenOffsets } from "./offsets/offsets.js";
export type { OptimizationOptions } from "./optimization.js";
export { findPromptSite, type PromptSite } from "./prompt-site.js";
export { huggingFaceTokenizer, type TokenizerFiles } from "./tokenizer.js";
