export { loadUse, useGraph, type UseOptions } from "./backbone.js";
export { useTokenizer } from "./tokenizer.js";
