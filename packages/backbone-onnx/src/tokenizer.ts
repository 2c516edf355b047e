import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { ConfigError, FormatError, type Tokenizer } from "@incipit/core";
import { tokenOffsets } from "./offsets/offsets.js";

/** The contents of a tokenizer's files in Hugging Face's format. */
export interface TokenizerFiles {
  /** The parsed `tokenizer.json`. */
  readonly tokenizer: object;
  /** The parsed `tokenizer_config.json`; it may be empty. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** SHA-256 (hex) of `tokenizer.json`. */
  readonly fingerprint: string;
  /** Padding id, where the files do not name the padding token. */
  readonly padId?: number;
}

/**
 * A tokenizer in Hugging Face's format.
 * @throws {FormatError} when `tokenizer.json` lacks a part, or has one that is not known
 * @throws {ConfigError} when the files name no usable padding token
 */
export function huggingFaceTokenizer(files: TokenizerFiles): Tokenizer {
  const { config = {}, fingerprint } = files;
  const inner = parse(files.tokenizer, config);
  const vocabularySize = inner.get_vocab(true).size;
  return {
    vocabularySize,
    padId: files.padId ?? paddingId(inner, config),
    maskId: specialId(inner, config["mask_token"]),
    fingerprint,
    encode(text, options = {}) {
      const { ids, token_type_ids: typeIds } = inner.encode(text, {
        text_pair: options.pair ?? null,
        add_special_tokens: options.specialTokens ?? true,
        return_token_type_ids: true,
      });
      return { ids, typeIds };
    },
    decode: (ids) =>
      ids.length === 0
        ? ""
        : inner.decode([...ids], {
            skip_special_tokens: true,
            // By default the text is left as it is, as transformers does since version 5.
            clean_up_tokenization_spaces: config["clean_up_tokenization_spaces"] === true,
          }),
    offsets: (text) => tokenOffsets(inner, text),
    token(id) {
      const token = inner.id_to_token(id);
      if (token === undefined)
        throw new ConfigError(`Token id ${id} is not in the vocabulary of ${vocabularySize}.`);
      return token;
    },
  };
}

function parse(tokenizer: object, config: object): HuggingFaceTokenizer {
  try {
    return new HuggingFaceTokenizer(tokenizer, config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError(`tokenizer.json cannot be used: ${reason}.`, { cause });
  }
}

/** The id of a special token, which the files give as a string or as an object that has it. */
function specialId(inner: HuggingFaceTokenizer, entry: unknown): number | undefined {
  const content = typeof entry === "object" && entry !== null && "content" in entry ? entry.content : entry;
  return typeof content === "string" ? inner.token_to_id(content) : undefined;
}

function paddingId(inner: HuggingFaceTokenizer, config: Readonly<Record<string, unknown>>): number {
  // Decoders often have no padding token; their end-of-text token serves, as the mask hides it.
  for (const key of ["pad_token", "eos_token", "unk_token"]) {
    const id = specialId(inner, config[key]);
    if (id !== undefined) return id;
  }
  throw new ConfigError("tokenizer_config.json names neither a padding nor an end token; give `padId`.");
}
