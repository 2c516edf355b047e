/** One text (or a pair of texts) as token ids, without padding. */
export interface Encoding {
  readonly ids: readonly number[];
  /** Segment of each token, for models that take `token_type_ids`. */
  readonly typeIds?: readonly number[];
}

/** The part of a text that a token stands for: from `start` to before `end`, in UTF-16 code units. */
export type Offsets = readonly [start: number, end: number];

/** Text to token ids and back. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** The id that padding is filled with. */
  readonly padId: number;
  /** The id of the token in whose place a masked language model tells a word; absent where there is none. */
  readonly maskId?: number | undefined;
  /** SHA-256 (hex) over what determines the encoding; a saved prompt remembers it. */
  readonly fingerprint: string;
  /** With the special tokens that the model expects, unless `specialTokens` is false. */
  encode(text: string, options?: { readonly pair?: string; readonly specialTokens?: boolean }): Encoding;
  decode(ids: readonly number[]): string;
  /**
   * What each token of `encode(text, { specialTokens: false })` stands for, without whitespace around it; of length 0 where it is
   * nothing else. Absent where the tokenizer cannot tell.
   */
  offsets?(text: string): readonly Offsets[];
  /** One vocabulary entry as it is written in the vocabulary file. */
  token(id: number): string;
}
