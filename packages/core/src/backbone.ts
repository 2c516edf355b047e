import type { BackboneInfo } from "./backbone-info.js";
import type { GenerationStep } from "./generation-step.js";
import type { Batch, NamedTensors, Parameters } from "./host-tensor.js";
import type { Head } from "./head.js";
import type { Objective } from "./objective.js";
import type { ParameterGroup } from "./parameters.js";
import type { PromptModule } from "./prompt.js";
import type { TrainStep } from "./train-step.js";

/** The parts that make a training step. */
export interface TrainStepParts {
  /** Without one the backbone sees the text alone. */
  readonly prompt?: PromptModule;
  readonly head: Head;
  /** Without one the step can only predict. */
  readonly objective?: Objective;
  /**
   * Modules of the model itself that are trained too, by the ends of their names as in PEFT's `modules_to_save`: `classifier`
   * stands for `classifier.weight` and `classifier.bias`. Their parameters have these names and PyTorch's shapes.
   */
  readonly modulesToSave?: readonly string[];
  /** Groups that get gradients; all of them by default. The others keep the values they are given. */
  readonly trainable?: readonly ParameterGroup[];
}

/** The parts that make a generation step. */
export interface GenerationParts {
  /** Without one the backbone sees the text alone. */
  readonly prompt?: PromptModule;
  /** Weights of the model itself that were trained, by name: they take the place of its own. */
  readonly weights?: Parameters;
}

/** A frozen pretrained transformer. */
export interface Backbone extends BackboneInfo {
  /**
   * Splice in the prompt, attach head and loss, differentiate: one training step.
   * @throws {UnsupportedOperatorError} when an operator between prompt and loss has no gradient rule
   * @throws {GraphError} when the graph has no place for a prompt
   * @throws {ConfigError} when the model has no module that is to be trained
   */
  compile(parts: TrainStepParts): Promise<TrainStep>;
  /**
   * What text is generated with, the prompt being in front. Only decoders and encoder-decoders have it.
   * @throws {GraphError} when the model cannot tell a text's next token
   */
  generation?(parts: GenerationParts): Promise<GenerationStep>;
  /** The frozen model's own features of a batch, no prompt: what late fusion and label descriptions are made of. */
  encode(batch: Batch): Promise<NamedTensors>;
  dispose(): Promise<void>;
}
