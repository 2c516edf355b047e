export { fileCheckpoints } from "./file-checkpoints.js";
export { jsonlLog, type JsonlLogOptions } from "./jsonl-log.js";
