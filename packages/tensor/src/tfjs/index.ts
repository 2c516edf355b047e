export { type Backend, type BackendName, type BackendOptions, BACKENDS, chooseBackend } from "./backend.js";
export { tfjsOps } from "./ops.js";
export { tfjsStep, type TfjsStepParts } from "./step.js";
export { fromTfjs, type TensorFlow, toTfjs } from "./tensors.js";
export type { Tensor } from "@tensorflow/tfjs-core";
