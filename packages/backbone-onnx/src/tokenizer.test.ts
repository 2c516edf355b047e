import { ConfigError, FormatError } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { huggingFaceTokenizer, type TokenizerFiles } from "./tokenizer.js";

const words = {
  model: {
    type: "WordPiece",
    vocab: { "[PAD]": 0, "[UNK]": 1, "[CLS]": 2, the: 3, end: 4, "##s": 5 },
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
  },
  normalizer: null,
  pre_tokenizer: { type: "Whitespace" },
  post_processor: {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "[CLS]", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { Sequence: { id: "B", type_id: 1 } },
    ],
    special_tokens: { "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] } },
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: false },
  added_tokens: [{ id: 2, content: "[CLS]", special: true }],
};
const tokenizerOf = (files: Partial<TokenizerFiles> = {}) =>
  huggingFaceTokenizer({
    tokenizer: words,
    config: { pad_token: "[PAD]" },
    fingerprint: "words",
    ...files,
  });

describe("huggingFaceTokenizer", () => {
  it("encodes with the special tokens that the model expects, or without", () => {
    const tokenizer = tokenizerOf();
    expect(tokenizer.encode("the ends")).toEqual({ ids: [2, 3, 4, 5], typeIds: [0, 0, 0, 0] });
    expect(tokenizer.encode("the ends", { specialTokens: false }).ids).toEqual([3, 4, 5]);
  });

  it("tells the two texts of a pair apart", () => {
    expect(tokenizerOf().encode("the", { pair: "end" })).toEqual({ ids: [2, 3, 4], typeIds: [0, 0, 1] });
  });

  it("tells what of the text each token stands for, special tokens left out", () => {
    expect(tokenizerOf().offsets?.("the  ends")).toEqual([
      [0, 3],
      [5, 8],
      [8, 9],
    ]);
  });

  it("gives the words back, without special tokens", () => {
    expect(tokenizerOf().decode([2, 3, 4, 5])).toBe("the ends");
  });

  it("gives no text where there is none", () => {
    expect(tokenizerOf().decode([])).toBe("");
    expect(tokenizerOf().decode([2])).toBe("");
  });

  it("leaves spaces before punctuation, unless the files say otherwise", () => {
    const tokenizer = { ...words, model: { ...words.model, vocab: { ...words.model.vocab, ".": 6 } } };
    const cleaning = { pad_token: "[PAD]", clean_up_tokenization_spaces: true };
    expect(tokenizerOf({ tokenizer }).decode([4, 6])).toBe("end .");
    expect(tokenizerOf({ tokenizer, config: cleaning }).decode([4, 6])).toBe("end.");
  });

  it("knows its vocabulary", () => {
    const tokenizer = tokenizerOf();
    expect(tokenizer.vocabularySize).toBe(6);
    expect(tokenizer.token(5)).toBe("##s");
    expect(() => tokenizer.token(6)).toThrow(ConfigError);
    expect(() => tokenizer.token(6)).toThrow("Token id 6 is not in the vocabulary of 6");
  });

  it.each([
    ["the padding token", { pad_token: "[PAD]", eos_token: "end" }, 0],
    ["a padding token with details", { pad_token: { content: "[PAD]", lstrip: false } }, 0],
    ["the end token where there is no padding token", { eos_token: "end", unk_token: "[UNK]" }, 4],
    ["the unknown token where there is neither", { pad_token: null, unk_token: "[UNK]" }, 1],
  ])("pads with %s", (_, config, padId) => {
    expect(tokenizerOf({ config }).padId).toBe(padId);
  });

  it("knows the mask token where the files name one", () => {
    expect(tokenizerOf({ config: { pad_token: "[PAD]", mask_token: { content: "[UNK]" } } }).maskId).toBe(1);
    expect(tokenizerOf({ config: { pad_token: "[PAD]" } }).maskId).toBeUndefined();
  });

  it("pads with the id given, or says that it needs one", () => {
    expect(tokenizerOf({ config: {}, padId: 5 }).padId).toBe(5);
    expect(() => tokenizerOf({ config: {} })).toThrow(ConfigError);
  });

  it.each([
    ["lacks a part", { model: words.model }, /decoder/],
    ["has a part that nobody knows", { ...words, normalizer: { type: "Shout" } }, /Shout/],
  ])("refuses a tokenizer.json that %s", (_, tokenizer, reason) => {
    expect(() => tokenizerOf({ tokenizer })).toThrow(FormatError);
    expect(() => tokenizerOf({ tokenizer })).toThrow(reason);
  });
});
