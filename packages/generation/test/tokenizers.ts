/** @file Tokenizers of the kinds that decoders have, with letters and bytes for vocabulary. */
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import type { Tokenizer } from "@incipit/core";

function wrap(json: object): Tokenizer {
  const inner = new HuggingFaceTokenizer(json, { clean_up_tokenization_spaces: false });
  return {
    vocabularySize: inner.get_vocab(true).size,
    padId: 0,
    fingerprint: "test",
    encode: (text) => ({ ids: inner.encode(text, { add_special_tokens: false }).ids }),
    decode: (ids) => (ids.length === 0 ? "" : inner.decode([...ids], { skip_special_tokens: true })),
    token: (id) => inner.id_to_token(id) ?? "",
  };
}

const vocabulary = (tokens: readonly string[]) => Object.fromEntries(tokens.map((token, id) => [token, id]));
const bytes = Array.from({ length: 256 }, (_, byte) => byte);
const added = [
  {
    id: 0,
    content: "</s>",
    special: true,
    normalized: false,
    lstrip: false,
    rstrip: false,
    single_word: false,
  },
];
const common = { version: "1.0", truncation: null, padding: null, added_tokens: added, post_processor: null };

/** The letters that GPT-2's tokenizer writes bytes as. */
function byteLetters(): readonly string[] {
  const shown = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let hidden = 0;
  return bytes.map((byte) => String.fromCharCode(shown(byte) ? byte : 256 + hidden++));
}

/** As GPT-2's: the letters are bytes, a space belongs to the word behind it. */
export const byteLevel = wrap({
  ...common,
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    vocab: vocabulary(["</s>", ...byteLetters(), "Ġt", "he", "Ġthe"]),
    merges: [
      ["Ġ", "t"],
      ["h", "e"],
      ["Ġt", "he"],
    ],
  },
});

/** As Llama's: words begin with "▁", characters that are not in the vocabulary fall apart into bytes. */
export const byteFallback = wrap({
  ...common,
  normalizer: {
    type: "Sequence",
    normalizers: [
      { type: "Prepend", prepend: "▁" },
      { type: "Replace", pattern: { String: " " }, content: "▁" },
    ],
  },
  pre_tokenizer: null,
  decoder: {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " },
      { type: "ByteFallback" },
      { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 },
    ],
  },
  model: {
    type: "BPE",
    unk_token: "</s>",
    byte_fallback: true,
    fuse_unk: true,
    vocab: vocabulary([
      "</s>",
      ...bytes.map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`),
      ...["▁", "t", "h", "e", "▁t", "he", "▁the"],
    ]),
    merges: [
      ["▁", "t"],
      ["h", "e"],
      ["▁t", "he"],
    ],
  },
});

/** As T5's: words begin with "▁". */
export const metaspace = wrap({
  ...common,
  normalizer: null,
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  model: {
    type: "Unigram",
    unk_id: 1,
    vocab: [
      ["</s>", 0],
      ["<unk>", 0],
      ["▁", -3],
      ["t", -4],
      ["h", -4],
      ["e", -4],
      ["▁the", -2],
      [".", -4],
    ],
  },
});
