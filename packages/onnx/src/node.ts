export { readModelFile } from "./node/read-file.js";
export { writeModelFile, type WriteFileOptions } from "./node/write-file.js";
