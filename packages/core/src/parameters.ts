import type { HostTensor } from "./host-tensor.js";
import type { Random } from "./random.js";

/** What a parameter belongs to: the prompt, the head, or the model itself. Learning rates are given, and parts frozen, per group. */
export type ParameterGroup = "prompt" | "head" | "model";

/** One trainable tensor: how it is called, how large it is, and what it starts from. */
export interface ParameterSpec {
  /** Unique in a training run, e.g. `prompt.embeddings`, `head.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly group: ParameterGroup;
  /**
   * The unit of this parameter's learning rate. A prompt's is the root mean square of the embedding table's rows, so
   * that the same relative rate works for every model; most others have 1.
   */
  readonly learningRateScale: number;
  /** The value before the first step, float32 of `shape`. The same `random` gives the same bytes. */
  initialize(random: Random): HostTensor<"float32">;
}
