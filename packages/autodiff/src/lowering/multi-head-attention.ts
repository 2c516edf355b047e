/** @file ONNX Runtime's Attention and MultiHeadAttention. */
import { floatAttribute, intAttribute, intsAttribute, type Value, type Shape } from "@incipit/onnx";
import type { NodeContext } from "../rule.js";
import { observedSizes } from "../shapes.js";
import {
  attend,
  causalMask,
  ints,
  keyPositions,
  maskScores,
  mergeHeads,
  pastInput,
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

/** What the two operators have in common once queries, keys and values are split into heads. */
interface Operands {
  /** `[B, H, S, D]` */
  readonly q: Value;
  /** `[B, H, T, D]`, those from before in front */
  readonly k: Value;
  /** `[B, H, T, Dv]` */
  readonly v: Value;
  /** Keys from before, `[B, H, P, D]` */
  readonly past: Value | undefined;
  readonly headSize: number;
  /** The input that masks keys. */
  readonly mask: Value | undefined;
  /** `[B or 1, H or 1, S, T]` */
  readonly bias: Value | undefined;
}

/** `[B, S, H·Dv]` */
function attention(c: NodeContext, { q, k, v, past, headSize, mask, bias }: Operands): Value {
  const heads = intAttribute(c.node, "num_heads", 1);
  const like = c.input(0);
  const causal = intAttribute(c.node, "unidirectional", 0) === 1;
  const masks = [
    ...(mask === undefined ? [] : [paddingMask(c, mask, k)]),
    ...(causal ? [causalMask(c, { queries: q, keys: k, past, like })] : []),
    ...(bias === undefined ? [] : [bias]),
  ];
  const scale = floatAttribute(c.node, "scale", 0) || 1 / Math.sqrt(headSize);
  return mergeHeads(c, attend(c, { q, k, v, heads, kvHeads: heads, scale, masks, like }));
}

/**
 * What to add to scores for a mask of ONNX Runtime: 0 for keys that are not seen, `[B, T]` or `[B, S, T]`; how many are,
 * `[B]`; or where those that are end and begin, `[2·B]`.
 */
function paddingMask(c: NodeContext, mask: Value, keys: Value): Value {
  const { ops } = c;
  const like = c.input(0);
  const filter = floatAttribute(c.node, "mask_filter_value", -10000);
  const shape = c.shape(mask);
  const seen = () => ops.cast(mask, "bool");
  if (shape.length === 2) return maskScores(c, c.g.op("Unsqueeze", [seen(), ints(c, [1, 2])]), like, filter);
  if (shape.length === 3) return maskScores(c, c.g.op("Unsqueeze", [seen(), ints(c, [1])]), like, filter);
  const [bounds] = shape.length === 1 ? multipleOf(shape, c.shape(like)) : [];
  if (bounds !== 1 && bounds !== 2) {
    throw unsupportedForm(c, `a mask of shape [${shape.join(", ")}]`);
  }
  const positions = keyPositions(c, keys);
  const column = (values: Value) => ops.reshape(ops.cast(values, "int64"), [-1, 1, 1, 1]);
  if (bounds === 1) return maskScores(c, ops.less(positions, column(mask)), like, filter);
  const [end = "", start = ""] = c.g.ops("Split", [mask], { axis: 0, num_outputs: 2 }, { outputs: 2 });
  const within = ops.and(
    ops.less(positions, column(end)),
    c.g.op("GreaterOrEqual", [positions, column(start)]),
  );
  return maskScores(c, within, like, filter);
}

/** How many times as long the first axis of one shape is as that of another, whatever the batch. */
function multipleOf(shape: Shape, other: Shape): readonly number[] {
  const [sizes, others] = [observedSizes(shape[0]), observedSizes(other[0])];
  const factors = new Set(sizes.map((size, i) => size / (others[i] ?? others[0] ?? 1)));
  return factors.size === 1 ? [...factors] : [];
}

/** A size that must not vary. */
function fixed(c: NodeContext, value: Value, axis: number): number {
  const size = c.shape(value).at(axis);
  if (typeof size === "number") return size;
  throw unsupportedForm(c, `a width that varies, of "${value}"`);
}

/**
 * Inputs `[B, S, width]`, weights `[width, D + D + Dv]` in all, bias, mask, past `[2, B, H, P, D]`, attention bias.
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.Attention
 */
export const attentionDecomposition: Decomposition = (c) => {
  refuseInputs(c, { 6: "past_sequence_length" });
  refuseAttributes(c, { do_rotary: 0, past_present_share_buffer: 0 });
  const { ops } = c;
  const [input, weights] = [c.input(0), c.input(1)];
  const [bias, mask, attentionBias] = [2, 3, 5].map((i) => optional(c, i));
  const past = pastInput(c, 4, 3);
  const heads = intAttribute(c.node, "num_heads", 1);
  const third = fixed(c, weights, 1) / 3;
  const sizes = intsAttribute(c.node, "qkv_hidden_sizes", [third, third, third]);
  const projected = ops.matmul(input, weights);
  const parts = splitLast(c, bias === undefined ? projected : ops.add(projected, bias), sizes);
  const [q, newKeys, newValues] = parts.map((part) => splitHeads(c, part, heads)) as [Value, Value, Value];
  const [pastKeys, pastValues] = [0, 1].map((i) =>
    past === undefined ? undefined : ops.gather(past, c.g.initializer(scalarIndex(i)), 0),
  );
  const [k, v] = [withPast(c, pastKeys, newKeys), withPast(c, pastValues, newValues)];
  const headSize = (sizes[0] ?? 0) / heads;
  const output = attention(c, { q, k, v, past: pastKeys, headSize, mask, bias: attentionBias });
  const present = () => {
    const stacked = [k, v].map((part) => c.g.op("Unsqueeze", [part, ints(c, [0])]));
    return ops.concat(stacked, 0);
  };
  return [output, (c.node.outputs[1] ?? "") === "" ? undefined : present()];
};

function scalarIndex(i: number) {
  return { dtype: "int64", shape: [], data: BigInt64Array.of(BigInt(i)) } as const;
}

/**
 * Queries `[B, S, H·D]`; keys and values `[B, L, H·D]`, or split into heads already, `[B, H, L, D]`; bias of all three,
 * mask, attention bias, keys and values from before.
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MultiHeadAttention
 */
export const multiHeadAttentionDecomposition: Decomposition = (c) => {
  refuseInputs(c, { 8: "past_sequence_length", 9: "cache_indirection" });
  const { ops } = c;
  const [query, key, value] = [c.input(0), optional(c, 1), optional(c, 2)];
  if (c.shape(query).length !== 3 || key === undefined || value === undefined) {
    throw unsupportedForm(c, "queries, keys and values packed into one input");
  }
  const [bias, mask, attentionBias] = [3, 4, 5].map((i) => optional(c, i));
  const [pastKeys, pastValues] = [pastInput(c, 6), pastInput(c, 7)];
  const heads = intAttribute(c.node, "num_heads", 1);
  const width = fixed(c, query, 2);
  const biases = bias === undefined ? [] : splitLast(c, bias, [width, width, fixed(c, bias, 0) - 2 * width]);
  const operand = (x: Value, i: number) => {
    const own = biases[i];
    if (c.shape(x).length === 4) return x;
    return splitHeads(c, own === undefined ? x : ops.add(x, own), heads);
  };
  const q = operand(query, 0);
  const k = withPast(c, pastKeys, operand(key, 1));
  const v = withPast(c, pastValues, operand(value, 2));
  const headSize = width / heads;
  return [attention(c, { q, k, v, past: pastKeys, headSize, mask, bias: attentionBias }), k, v];
};
