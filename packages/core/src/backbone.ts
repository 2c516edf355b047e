import type { Batch, HostTensor, NamedTensors } from "./host-tensor.js";
import type { Head } from "./head.js";
import type { Objective } from "./objective.js";
import type { ParameterGroup } from "./parameters.js";
import type { Placement, PromptModule } from "./prompt.js";
import type { Tokenizer } from "./tokenizer.js";
import type { TrainStep } from "./train-step.js";

/** The frozen token embedding table, `[size, width]`. */
export interface EmbeddingTable {
  readonly size: number;
  readonly width: number;
  /** Root mean square over the entries of all rows. */
  readonly rms: number;
  /** The rows of these ids: `[ids.length, width]`. @throws {ConfigError} when an id is out of range */
  rows(ids: readonly number[]): HostTensor<"float32">;
}

/**
 * What a feature looks like: `tokens` features are `[batch, positions, width]`, `pooled` ones `[batch, width]`, and
 * `positions` ones, of width 1, `[batch, positions]`.
 */
export interface FeatureSpec {
  readonly kind: "tokens" | "pooled" | "positions";
  readonly width: number;
}

/** What prompt modules and heads may know of a backbone before anything is compiled. */
export interface BackboneInfo {
  readonly name: string;
  /** SHA-256 (hex) of the model file: a saved prompt refuses another base. */
  readonly fingerprint: string;
  readonly embeddings: EmbeddingTable;
  /** What a head can read, by name: `tokens`, `embedding`, `logits`… */
  readonly features: Readonly<Record<string, FeatureSpec>>;
  readonly tokenizer: Tokenizer;
  /** Longest input in tokens, virtual tokens included. */
  readonly maxLength: number;
  /** Where virtual tokens stand unless a prompt module says otherwise: behind a first token that the model pools. */
  readonly placement: Placement;
}

/** The parts that make a training step. */
export interface TrainStepParts {
  /** Without one the backbone sees the text alone. */
  readonly prompt?: PromptModule;
  readonly head: Head;
  /** Without one the step can only predict. */
  readonly objective?: Objective;
  /** Groups that get gradients; all of them by default. The others keep the values they are given. */
  readonly trainable?: readonly ParameterGroup[];
}

/** A frozen pretrained transformer. */
export interface Backbone extends BackboneInfo {
  /**
   * Splice in the prompt, attach head and loss, differentiate: one training step.
   * @throws {UnsupportedOperatorError} when an operator between prompt and loss has no gradient rule
   * @throws {GraphError} when the graph has no place for a prompt
   */
  compile(parts: TrainStepParts): Promise<TrainStep>;
  /** The frozen model's own features of a batch, no prompt: what late fusion and label descriptions are made of. */
  encode(batch: Batch): Promise<NamedTensors>;
  dispose(): Promise<void>;
}
