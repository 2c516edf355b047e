/** @file ONNX Runtime's GroupQueryAttention. */
import { floatAttribute, intAttribute, type Value } from "@incipit/onnx";
import type { NodeContext } from "../rule.js";
import {
  attend,
  causalMask,
  ints,
  mergeHeads,
  pastInput,
  rotate,
  splitHeads,
  splitLast,
  withPast,
} from "./attention.js";
import {
  optional,
  refuseAttributes,
  refuseInputs,
  unsupportedForm,
  type Decomposition,
} from "./decomposition.js";

/**
 * Queries `[B, S, H·D]`, keys and values `[B, S, kvHeads·D]`, or all three in one; keys and values from before; tables of
 * rotary embeddings.
 *
 * The lengths of the rows, `seqlens_k`, matter only for right padding and for a cache that is not full. Padding sees
 * what comes before it and is seen by nothing, so what it gives is different, and what the other positions give is not.
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GroupQueryAttention
 */
export const groupQueryAttentionDecomposition: Decomposition = (c) => {
  refuseInputs(c, { 12: "k_scale", 13: "v_scale", 14: "q_norm_weight", 15: "k_norm_weight" });
  refuseAttributes(c, { k_quant_type: "NONE", v_quant_type: "NONE", sliding_window_cache: 0, qk_output: 0 });
  const { node, ops } = c;
  const like = c.input(0);
  const [heads, kvHeads] = [intAttribute(node, "num_heads", 1), intAttribute(node, "kv_num_heads", 1)];
  const [pastKeys, pastValues] = [pastInput(c, 3), pastInput(c, 4)];
  const { parts, size } = operands(c, heads, kvHeads);
  const [query, key, value] = parts;
  const turn = rotation(c, pastKeys, size);
  const q = turn(splitHeads(c, query, heads), heads);
  const k = withPast(c, pastKeys, turn(splitHeads(c, key, kvHeads), kvHeads));
  const v = withPast(c, pastValues, splitHeads(c, value, kvHeads));

  const window = intAttribute(node, "local_window_size", -1);
  const causal = intAttribute(node, "causal", 1) === 1;
  const bias = optional(c, 10);
  const masks = [
    ...(bias === undefined ? [] : [bias]),
    ...(causal
      ? [causalMask(c, { queries: q, keys: k, past: pastKeys, like, ...(window > 0 ? { window } : {}) })]
      : []),
  ];
  const smooth = intAttribute(node, "smooth_softmax", 0) === 1;
  const sink = optional(c, 11) ?? (smooth ? ops.expand(c.scalar(0, like), [heads]) : undefined);
  const scale = floatAttribute(node, "scale", 0) || 1 / Math.sqrt(size);
  const softcap = floatAttribute(node, "softcap", 0);
  const output = attend(c, { q, k, v, heads, kvHeads, scale, softcap, masks, sink, like });
  return [mergeHeads(c, output), k, v];
};

/** Queries, keys and values, each `[B, S, its heads · D]`, and D. */
function operands(c: NodeContext, heads: number, kvHeads: number) {
  const [query, key, value] = [c.input(0), optional(c, 1), optional(c, 2)];
  const width = c.shape(query)[2];
  if (typeof width !== "number") throw unsupportedForm(c, "a width that varies");
  if (key !== undefined && value !== undefined) {
    return { parts: [query, key, value], size: width / heads } as const;
  }
  const size = width / (heads + 2 * kvHeads);
  const parts = splitLast(c, query, [heads * size, kvHeads * size, kvHeads * size]);
  return { parts: parts as readonly [Value, Value, Value], size } as const;
}

/** Turns queries and keys `[B, heads, S, D]` by their positions, if the node does so. */
function rotation(c: NodeContext, past: Value | undefined, size: number): (x: Value, heads: number) => Value {
  if (intAttribute(c.node, "do_rotary", 0) !== 1) return (x) => x;
  const [cos, sin] = [c.input(7), c.input(8)];
  const interleaved = intAttribute(c.node, "rotary_interleaved", 0);
  const positions = positionsOf(c, past);
  return (x, heads) => rotate(c, x, { heads, size, cos, sin, positions, interleaved });
}

/** Given positions `[B, S]`; of these, at the beginning of a sequence, only the first, `[1]`; or how many were before. */
function positionsOf(c: NodeContext, past: Value | undefined): Value {
  const given = optional(c, 9);
  if (past !== undefined) return given ?? c.g.op("Shape", [past], { start: 2, end: 3 });
  return given === undefined ? ints(c, [0]) : c.ops.slice(c.ops.reshape(given, [-1]), 0, 0, 1);
}
