export { type ReadOptions, readSafetensors, type SafetensorsFile } from "./read.js";
export { writeSafetensors } from "./write.js";
