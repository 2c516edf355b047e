import type { Batch, HostTensor, Parameters } from "./host-tensor.js";
import type { ParameterSpec } from "./parameters.js";

/**
 * Texts under generation, as far as they are read. Immutable: going on gives another one, so that a search can go on
 * from the same point in several ways.
 */
export interface Decoding {
  /** What the decoder has read of each text: token ids without padding and without virtual tokens. */
  readonly ids: readonly (readonly number[])[];
  /** What comes next, `[batch, vocabulary]`. */
  readonly logits: HostTensor<"float32">;
  /** Read one more token of each text. @param ids one for each text */
  next(ids: readonly number[]): Promise<Decoding>;
  /** These texts alone, in this order; one may come more than once, as in beam search. */
  select(rows: readonly number[]): Decoding;
}

/** The one seam between generating text and whatever computes the next token's logits. */
export interface GenerationStep {
  /** The prompt's parameters. */
  readonly parameters: readonly ParameterSpec[];
  /** Whether what is generated goes on with the text given, as a decoder does; an encoder-decoder writes a new one. */
  readonly continues: boolean;
  /** Ids that end a text. */
  readonly endIds: readonly number[];
  /** Most tokens that the decoder can read of a text, virtual tokens not counted. */
  readonly maxLength: number;
  /**
   * Read the texts so far.
   * @param batch `input_ids` and `attention_mask` `[batch, seq]`, padded at the end; to an encoder-decoder that is what the
   *   encoder reads, and what the decoder has read so far may be given as `decoder_input_ids` `[batch, decoder_seq]`
   */
  start(batch: Batch, parameters: Parameters): Promise<Decoding>;
  dispose(): Promise<void>;
}
