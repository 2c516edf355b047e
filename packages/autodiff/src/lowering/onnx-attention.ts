/** @file ONNX's own Attention, of opset 23 and later. */
import { floatAttribute, intAttribute, type Value } from "@incipit/onnx";
import type { NodeContext } from "../rule.js";
import { attend, causalMask, maskScores, mergeHeads, pastInput, splitHeads, withPast } from "./attention.js";
import { optional, refuseInputs, unsupportedForm, type Decomposition } from "./decomposition.js";

/**
 * Queries `[B, S, H·D]` or `[B, H, S, D]`, keys and values likewise; a mask of what is seen, or of what to add to scores;
 * keys and values from before.
 * @see https://onnx.ai/onnx/operators/onnx__Attention.html
 */
export const onnxAttentionDecomposition: Decomposition = (c) => {
  refuseInputs(c, { 6: "nonpad_kv_seqlen" });
  const { node } = c;
  const [query, key, value] = [c.input(0), c.input(1), c.input(2)];
  const mask = optional(c, 3);
  const [pastKeys, pastValues] = [pastInput(c, 4), pastInput(c, 5)];
  const flat = c.shape(query).length === 3;
  const heads = flat ? intAttribute(node, "q_num_heads", 1) : fixed(c, query, 1);
  const kvHeads = flat ? intAttribute(node, "kv_num_heads", 1) : fixed(c, key, 1);
  const split = (x: Value, count: number) => (flat ? splitHeads(c, x, count) : x);
  const q = split(query, heads);
  const k = withPast(c, pastKeys, split(key, kvHeads));
  const v = withPast(c, pastValues, split(value, kvHeads));
  const size = flat ? fixed(c, query, 2) / heads : fixed(c, query, 3);
  const causal = intAttribute(node, "is_causal", 0) === 1;
  const masks = [
    ...(mask === undefined ? [] : [c.dtype(mask) === "bool" ? maskScores(c, mask, query) : mask]),
    ...(causal ? [causalMask(c, { queries: q, keys: k, past: pastKeys, like: query })] : []),
  ];
  const scale = floatAttribute(node, "scale", 1 / Math.sqrt(size));
  const softcap = floatAttribute(node, "softcap", 0);
  const output = attend(c, { q, k, v, heads, kvHeads, scale, softcap, masks, like: query });
  return [flat ? mergeHeads(c, output) : output, k, v];
};

function fixed(c: NodeContext, value: Value, axis: number): number {
  const size = c.shape(value)[axis];
  if (typeof size === "number") return size;
  throw unsupportedForm(c, `a size of "${value}" that varies`);
}
