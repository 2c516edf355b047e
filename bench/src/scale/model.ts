import { type OnnxBackboneOptions, onnxBackbone } from "@incipit/backbone-onnx";
import type { Backbone, Batch, Tokenizer } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { tinyEncoder } from "@incipit/testing";
import { HEAD_WIDTH, type Point } from "./sweeps.js";

const VOCABULARY = 1000;

/** The ids' own names: the model has random weights, and nothing to read. */
const numbers: Tokenizer = {
  vocabularySize: VOCABULARY,
  padId: 0,
  fingerprint: "numbers",
  encode: (text) => ({ ids: text.split(" ").map((word) => word.length % VOCABULARY) }),
  decode: (ids) => ids.join(" "),
  token: String,
};

/** An encoder of this size with random weights, made here. */
export function randomEncoder(
  point: Point,
  session: NonNullable<OnnxBackboneOptions["session"]>,
): Promise<Backbone> {
  const { hidden, layers, sequence, virtualTokens } = point;
  const positions = sequence + virtualTokens;
  const heads = hidden / HEAD_WIDTH;
  return onnxBackbone({
    name: `${layers} × ${hidden}`,
    graph: tinyEncoder({ hidden, layers, heads, vocabulary: VOCABULARY, positions: positions + 16 }),
    tokenizer: numbers,
    fingerprint: "random",
    maxLength: positions + 16,
    placeholderId: 3,
    session,
  });
}

/** Texts of one length. */
export function batchOf({ sequence, batch }: Point): Batch {
  const shape = [batch, sequence];
  const each = (of: (i: number) => number) => Array.from({ length: batch * sequence }, (_, i) => of(i));
  return {
    input_ids: tensor(
      "int64",
      shape,
      each((i) => 1 + ((7 * i) % (VOCABULARY - 1))),
    ),
    attention_mask: tensor(
      "int64",
      shape,
      each(() => 1),
    ),
    labels: tensor(
      "int64",
      [batch],
      Array.from({ length: batch }, (_, i) => i % 2),
    ),
  };
}
