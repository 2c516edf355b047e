export { expectClose, type Tolerance } from "./expect-close.js";
export { finiteDifferences } from "./gradient/finite-differences.js";
export { type OpCase, opCase } from "./ops-contract/case.js";
export { derivedCases, opCases } from "./ops-contract/cases.js";
export { evaluateTfjs } from "./ops-contract/evaluate-tfjs.js";
export { referenceOps } from "./ops-contract/reference-ops.js";
export {
  checkOpCase,
  type EvaluateOps,
  type OpResult,
  type OpsContract,
  runOpsContract,
} from "./ops-contract/run.js";
export { type OpRequest, weightedSum } from "./ops-contract/truth.js";
export { type RandomTensors, randomTensors } from "./random-tensors.js";
export { evaluateFloat64, evaluateReference } from "./reference/evaluate.js";
export { tinyEncoder, type TinyEncoderOptions } from "./tiny-models.js";
