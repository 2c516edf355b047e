/** @file The encoder's SentencePiece tokenizer, run by @huggingface/tokenizers. */
import { Tokenizer as HuggingFaceTokenizer, Unigram } from "@huggingface/tokenizers";
import { tokenOffsets } from "@incipit/backbone-onnx";
import { ConfigError, FormatError, type Tokenizer } from "@incipit/core";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { packageFolder, readJson, REINSTALL } from "./files.js";

/** A piece of text and its log-probability; some have none in the file, which counts as 0. */
type Piece = readonly [text: string, score: number | null];

/** What stands where a space was, and before the first word. */
const SPACE = "▁";
/** Stands for characters that no piece has. */
const UNKNOWN_ID = 0;
/** The first pieces are names for special purposes, never found in a text. */
const RESERVED = 6;
/** So unlikely that a reserved piece is never chosen. */
const RESERVED_SCORE = -1000;
/** `extra_token_id_1`: reserved, without a meaning to the encoder. */
const PAD_ID = 3;

/**
 * The encoder's tokenizer: NFKC, `▁` for spaces and in front, the likeliest segmentation into 8,000 pieces, no special
 * tokens. Ids are those of `@energetic-ai/embeddings`. A pair is one text after the other.
 * @param folder holds `vocab.json`; that of the installed package by default
 * @throws {FormatError} when `vocab.json` is missing or broken
 */
export async function useTokenizer(folder = packageFolder()): Promise<Tokenizer> {
  const vocabulary = parseVocabulary(await readJson(folder, "vocab.json"), join(folder, "vocab.json"));
  const files = tokenizerJson(vocabulary);
  const inner = new HuggingFaceTokenizer(files, { clean_up_tokenization_spaces: false });
  inner.model = new PublishedUnigram(files.model, "");
  const ids = (text: string) => inner.encode(text).ids;
  return {
    vocabularySize: vocabulary.length,
    padId: PAD_ID,
    fingerprint: createHash("sha256").update(JSON.stringify(files)).digest("hex"),
    encode: (text, { pair } = {}) => ({ ids: pair === undefined ? ids(text) : [...ids(text), ...ids(pair)] }),
    decode: (tokens) => (tokens.length === 0 ? "" : inner.decode([...tokens])),
    offsets: (text) => tokenOffsets(inner, text),
    token(id) {
      const piece = vocabulary[id];
      if (piece === undefined) {
        throw new ConfigError(
          `Token id ${id} is not in the vocabulary: ids go from 0 to ${vocabulary.length - 1}.`,
        );
      }
      return piece[0];
    },
  };
}

/** The vocabulary as a `tokenizer.json` of Hugging Face. */
function tokenizerJson(vocabulary: readonly Piece[]) {
  return {
    version: "1.0",
    added_tokens: [],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFKC" },
        { type: "Prepend", prepend: SPACE },
        { type: "Replace", pattern: { String: " " }, content: SPACE },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: "Metaspace", replacement: SPACE, prepend_scheme: "always" },
    model: {
      type: "Unigram" as const,
      unk_id: UNKNOWN_ID,
      vocab: vocabulary.map(([text, score], id): [string, number] => [
        text,
        id < RESERVED ? RESERVED_SCORE : (score ?? 0),
      ]),
    },
  };
}

/**
 * The unigram model with the tie-breaking that the encoder was published with. Segmentations often tie, in runs of a
 * character as `-----`, and the embedding depends on which is taken.
 */
class PublishedUnigram extends Unigram {
  /** Viterbi. Of equals the last wins, that with the shorter last piece; a score of 0 counts as not yet reached. */
  override tokenize(text: string): string[] {
    const characters = Array.from(text);
    const best = new Float64Array(characters.length + 1);
    const starts = new Int32Array(characters.length + 1);
    characters.forEach((character, start) => {
      const pieces = [...this.trie.common_prefix_search(characters, start)];
      for (const piece of pieces.length > 0 ? pieces : [character]) {
        const id = this.tokens_to_ids.get(piece) ?? UNKNOWN_ID;
        const score = (best[start] ?? 0) + (id === UNKNOWN_ID ? 0 : (this.scores[id] ?? 0));
        const end = start + Array.from(piece).length;
        const known = best[end] ?? 0;
        if (known === 0 || score >= known) {
          best[end] = score;
          starts[end] = start;
        }
      }
    });
    const pieces: string[] = [];
    for (let end = characters.length; end > 0; end = starts[end] ?? 0) {
      pieces.push(characters.slice(starts[end], end).join(""));
    }
    return pieces.reverse();
  }
}

function parseVocabulary(value: unknown, file: string): readonly Piece[] {
  if (!Array.isArray(value) || value.length <= RESERVED || !value.every(isPiece)) {
    throw new FormatError(`${file}: expected a list of [piece, score] pairs. ${REINSTALL}`, {
      details: { file },
    });
  }
  return value;
}

function isPiece(value: unknown): value is Piece {
  return (
    Array.isArray(value) &&
    typeof value[0] === "string" &&
    (typeof value[1] === "number" || value[1] === null)
  );
}
