export { expectClose, type Tolerance } from "./expect-close.js";
export { finiteDifferences } from "./gradient/finite-differences.js";
export { type RandomTensors, randomTensors } from "./random-tensors.js";
export { evaluateFloat64, evaluateReference } from "./reference/evaluate.js";
export { tinyEncoder, type TinyEncoderOptions } from "./tiny-models.js";
