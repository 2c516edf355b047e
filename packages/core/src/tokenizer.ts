/** One text (or a pair of texts) as token ids, without padding. */
export interface Encoding {
  readonly ids: readonly number[];
  /** Segment of each token, for models that take `token_type_ids`. */
  readonly typeIds?: readonly number[];
}

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
  /** One vocabulary entry as it is written in the vocabulary file. */
  token(id: number): string;
}
