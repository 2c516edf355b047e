import type { Backbone, NamedTensors, Offsets } from "@incipit/core";
import { zeros } from "@incipit/tensor";

/** A token for each letter but blanks, its code; 1 in front of a text and behind it, and between two. */
const letters = (text: string) => Array.from(text.matchAll(/\S/gu));
const codes = (text: string) => letters(text).map(([letter]) => letter.charCodeAt(0));
const refuse = () => Promise.reject(new Error("not of interest here"));

/** A model of ten tokens whose head says of each token what `logits` does. */
export function tokenBackbone(
  logits: (ids: readonly number[], shape: readonly number[]) => NamedTensors,
): Backbone {
  return {
    name: "fake",
    fingerprint: "f",
    embeddings: { size: 200, width: 4, rms: 1, rows: (ids) => zeros("float32", [ids.length, 4]) },
    features: { tokens: { kind: "tokens", width: 4 } },
    tokenizer: {
      vocabularySize: 200,
      padId: 0,
      fingerprint: "t",
      encode: (text, { pair, specialTokens = true } = {}) => ({
        ids: specialTokens
          ? [1, ...codes(text), 1, ...(pair === undefined ? [] : [...codes(pair), 1])]
          : codes(text),
      }),
      decode: () => "",
      offsets: (text) => letters(text).map(({ index }): Offsets => [index, index + 1]),
      token: () => "",
    },
    maxLength: 10,
    placement: "front",
    compile: () =>
      Promise.resolve({
        parameters: [],
        trainable: [],
        step: refuse,
        predict: ({ input_ids: ids }) =>
          Promise.resolve(logits(Array.from(ids?.data ?? [], Number), ids?.shape ?? [])),
        dispose: () => Promise.resolve(),
      }),
    encode: refuse,
    dispose: () => Promise.resolve(),
  };
}
