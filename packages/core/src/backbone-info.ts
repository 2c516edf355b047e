import type { HostTensor } from "./host-tensor.js";
import type { Placement } from "./prompt-layout.js";
import type { Tokenizer } from "./tokenizer.js";

/** The frozen token embedding table, `[size, width]`; of size 0 where a model takes no token ids, as one of images. */
export interface EmbeddingTable {
  readonly size: number;
  readonly width: number;
  /** Root mean square over the entries of all rows, or of the embedded input where there are none. */
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
  /** Where a model takes no token ids, one that knows no tokens and throws a `ConfigError` when it is given a text. */
  readonly tokenizer: Tokenizer;
  /** Longest input in tokens, virtual tokens included. */
  readonly maxLength: number;
  /** What the decoder of an encoder-decoder reads before its first token; absent where the model is none. */
  readonly decoderStartIds?: readonly number[] | undefined;
  /** Where virtual tokens stand unless a prompt module says otherwise: behind a first token that the model pools. */
  readonly placement: Placement;
}
