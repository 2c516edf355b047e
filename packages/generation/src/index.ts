export { generate, type GeneratedText, generateTexts } from "./generate.js";
export { type LogitsProcessor, repetitionPenalty, temperature, topK, topP } from "./logits.js";
export type { GenerateOptions } from "./options.js";
export type { EndReason, Piece } from "./piece.js";
export { type TextStream, textStream } from "./text-stream.js";
