export type { Backbone, GenerationParts, TrainStepParts } from "./backbone.js";
export type { BackboneInfo, EmbeddingTable, FeatureSpec } from "./backbone-info.js";
export type { BatchSource, DataSource, Example } from "./data-source.js";
export {
  ConfigError,
  DataError,
  DivergenceError,
  FormatError,
  GraphError,
  IncipitError,
  type IncipitErrorOptions,
  MismatchError,
  RuntimeError,
  ShapeError,
  UnsupportedOperatorError,
} from "./errors.js";
export type {
  Callback,
  CheckpointEvent,
  EndEvent,
  EvaluationEvent,
  StepEvent,
  TrainEvent,
  WarningEvent,
} from "./events.js";
export type { Decoding, GenerationStep } from "./generation-step.js";
export type { Head, HeadContext } from "./head.js";
export type { Batch, DType, DTypeArrays, HostTensor, NamedTensors, Parameters } from "./host-tensor.js";
export type { Metric } from "./metric.js";
export type { Json, ModuleConfig } from "./module-config.js";
export type { Objective, ObjectiveContext, TargetSpec } from "./objective.js";
export type { Dim, Ops } from "./ops.js";
export type { Optimizer, OptimizerState, Schedule } from "./optimizer.js";
export type { ParameterGroup, ParameterSpec } from "./parameters.js";
export type { Placement, PromptLayout } from "./prompt-layout.js";
export type { PromptContext, PromptModule } from "./prompt.js";
export type { Random } from "./random.js";
export type { Encoding, Offsets, Tokenizer } from "./tokenizer.js";
export type { StepResult, TrainStep } from "./train-step.js";
