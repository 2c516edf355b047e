import type { Batch, Tokenizer } from "@incipit/core";
import { tinyEncoder } from "@incipit/testing";
import { onnxBackbone, type OnnxBackboneOptions } from "../src/index.js";

export const HIDDEN = 8;
export const VOCABULARY = 20;

/** A tokenizer of single letters: "a" is 1, "b" is 2, and so on; 0 is padding. */
export const letters: Tokenizer = {
  vocabularySize: VOCABULARY,
  padId: 0,
  fingerprint: "letters",
  encode: (text) => ({ ids: Array.from(text, (letter) => letter.charCodeAt(0) - 96) }),
  decode: (ids) => ids.map((id) => String.fromCharCode(id + 96)).join(""),
  token: (id) => String.fromCharCode(id + 96),
};

/** Placeholder: the tokenizer of the tiny model turns "the" into ids that it has. */
export function tinyBackbone(options: Partial<OnnxBackboneOptions> = {}) {
  const graph = tinyEncoder({ seed: 1, hidden: HIDDEN, layers: 2, heads: 2, vocabulary: VOCABULARY });
  return onnxBackbone({
    name: "tiny",
    graph,
    tokenizer: letters,
    fingerprint: "tiny-1",
    maxLength: 32,
    placeholderId: 3,
    ...options,
  });
}

/** Rows of ids, padded to the longest. */
export function batchOf(rows: readonly (readonly number[])[], labels?: readonly number[]): Batch {
  const seq = Math.max(...rows.map((row) => row.length));
  const shape = [rows.length, seq];
  const padded = rows.flatMap((row) => Array.from({ length: seq }, (_, i) => row[i] ?? 0));
  const mask = rows.flatMap((row) => Array.from({ length: seq }, (_, i) => (i < row.length ? 1 : 0)));
  return {
    input_ids: { dtype: "int64", shape, data: BigInt64Array.from(padded, BigInt) },
    attention_mask: { dtype: "int64", shape, data: BigInt64Array.from(mask, BigInt) },
    ...(labels === undefined
      ? {}
      : {
          labels: {
            dtype: "int64",
            shape: [labels.length],
            data: BigInt64Array.from(labels, BigInt),
          } as const,
        }),
  };
}
