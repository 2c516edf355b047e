export type { ChatMessage, ChatTokenizer } from "./chat.js";
export type { DownloadProgress } from "./download.js";
export { type Dtype, dtypes } from "./dtype.js";
export { loadTransformers, type TransformersBackbone, type TransformersOptions } from "./load.js";
