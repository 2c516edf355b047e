export { type CheckpointStore } from "./checkpoint.js";
export { evaluate, type EvaluateOptions } from "./evaluate.js";
export { fit, type FitOptions } from "./fit.js";
export { accumulate, clipByGlobalNorm, type Contribution, globalNorm } from "./gradients.js";
export { type Identity } from "./state.js";
export { initialParameters } from "./initial-parameters.js";
export { MICRO_BATCH_TOKENS, microBatched, type MicroBatchOptions } from "./micro-batches.js";
export { adafactor, type AdafactorOptions } from "./optimizers/adafactor.js";
export { adam, type AdamOptions } from "./optimizers/adam.js";
export { adamw, type AdamWOptions } from "./optimizers/adamw.js";
export { lion, type LionOptions } from "./optimizers/lion.js";
export { sgd, type SgdOptions } from "./optimizers/sgd.js";
export {
  type CheckpointOptions,
  type EvaluationOptions,
  type Selection,
  type TrainOptions,
} from "./options.js";
export { constant, cosine, linear, type ScheduleOptions } from "./schedules.js";
export { train } from "./train.js";
