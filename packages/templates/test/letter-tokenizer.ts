import type { Tokenizer } from "@incipit/core";

/** Words that are one token each; all other letters and signs are one, too, and a space none. */
const WORDS = ["<unk>", "<mask>", "<s>", "great", "fine", "bad", "It", "was"];

/** A tokenizer with a start token, a mask token, and a few words. */
export const letters: Tokenizer = {
  vocabularySize: 1000,
  padId: 2,
  maskId: 1,
  fingerprint: "letters",
  encode: (text, { specialTokens = true } = {}) => {
    const found = text.match(/<mask>|great|fine|bad|It|was|\S/gu) ?? [];
    const ids = found.map((token) => {
      const word = WORDS.indexOf(token);
      if (word >= 0) return word;
      return token === "?" ? 0 : 100 + (token.codePointAt(0) ?? 0);
    });
    return { ids: specialTokens ? [2, ...ids] : ids };
  },
  decode: (ids) => ids.map((id) => (id < 3 ? "" : letters.token(id))).join(""),
  token: (id) => WORDS[id] ?? String.fromCodePoint(id - 100),
};
