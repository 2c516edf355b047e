import type { BackboneInfo, Tokenizer } from "@incipit/core";
import { takeRows, tensor } from "@incipit/tensor";

/** The frozen embeddings of 0, 1, 2…, all different: `[5, 2]`, root mean square 3. */
export const table = tensor("float32", [5, 2], [0, 1, 2, -1, 3, 0, -5, 1, 0, 7]);

const CLS = 4;

/** "a" is 1, "b" is 2, "c" is 3, other characters are left out; special tokens are a 4 in front. */
const letters: Tokenizer = {
  vocabularySize: table.shape[0]!,
  padId: 0,
  fingerprint: "letters",
  encode(text, { specialTokens = true } = {}) {
    const ids = Array.from(text.matchAll(/[abc]/g), ([letter]) => letter.charCodeAt(0) - 96);
    return { ids: specialTokens ? [CLS, ...ids] : ids };
  },
  decode: (ids) => ids.map((id) => letters.token(id)).join(""),
  token: (id) => "_abc^".charAt(id),
};

/** What prompt modules may know of a model with five tokens. */
export const tinyBackbone: BackboneInfo = {
  name: "tiny",
  fingerprint: "tiny",
  embeddings: { size: 5, width: 2, rms: 3, rows: (ids) => takeRows(table, ids) },
  features: { tokens: { kind: "tokens", width: 2 } },
  tokenizer: letters,
  maxLength: 64,
  placement: "front",
};
