/** @file What all attention operators share. Shapes: B batch, H heads, S queries, T keys, P of them from before, D head size. */
import { int64, type Value } from "@incipit/onnx";
import type { NodeContext } from "../rule.js";
import { optional } from "./decomposition.js";

/** The lowest float32: added to a score, it leaves no weight. */
const LOWEST = -3.4028234663852886e38;

/** An int64 vector. */
export function ints(c: NodeContext, values: readonly number[]): Value {
  return c.g.initializer(int64(values), "ints");
}

/** `[B, S, H·D]` to `[B, H, S, D]` */
export function splitHeads(c: NodeContext, x: Value, heads: number): Value {
  return c.ops.transpose(c.g.op("Reshape", [x, ints(c, [0, 0, heads, -1])]), [0, 2, 1, 3]);
}

/** `[B, H, S, D]` to `[B, S, H·D]` */
export function mergeHeads(c: NodeContext, x: Value): Value {
  return c.g.op("Reshape", [c.ops.transpose(x, [0, 2, 1, 3]), ints(c, [0, 0, -1])]);
}

/** Parts of `x` along its last axis, of the given sizes. */
export function splitLast(c: NodeContext, x: Value, sizes: readonly number[]): readonly Value[] {
  return c.g.ops("Split", [x, ints(c, sizes)], { axis: -1 }, { outputs: sizes.length });
}

/** An input that holds keys or values from before, unless it is known to be empty along its axis of positions. */
export function pastInput(c: NodeContext, i: number, axis = 2): Value | undefined {
  const past = optional(c, i);
  return past === undefined || c.shape(past)[axis] === 0 ? undefined : past;
}

/** Keys or values from before in front of the new ones, along T of `[B, H, T, D]`. */
export function withPast(c: NodeContext, past: Value | undefined, x: Value): Value {
  return past === undefined ? x : c.ops.concat([past, x], 2);
}

/** The size of an axis as an int64 scalar. */
export function sizeOfAxis(c: NodeContext, x: Value, axis: number): Value {
  return c.ops.reshape(c.g.op("Shape", [x], { start: axis, end: axis + 1 }), []);
}

function range(c: NodeContext, from: Value, to: Value): Value {
  return c.g.op("Range", [from, to, constantScalar(c, 1)]);
}

function constantScalar(c: NodeContext, value: number): Value {
  return c.g.initializer({ ...int64([value]), shape: [] }, "integer");
}

/** Positions of the keys, 0 … T - 1, for keys `[B, H, T, D]`: `[T]`. */
export function keyPositions(c: NodeContext, keys: Value): Value {
  return range(c, constantScalar(c, 0), sizeOfAxis(c, keys, 2));
}

/** Positions of the queries among the keys, P … P + S - 1, as a column: `[S, 1]`. */
function queryPositions(c: NodeContext, queries: Value, past: Value | undefined): Value {
  const from = past === undefined ? constantScalar(c, 0) : sizeOfAxis(c, past, 2);
  return c.ops.reshape(range(c, from, c.ops.add(from, sizeOfAxis(c, queries, 2))), [-1, 1]);
}

/** 0 where `allowed`, elsewhere what takes (nearly) all weight from a score. */
export function maskScores(c: NodeContext, allowed: Value, like: Value, filter = LOWEST): Value {
  return c.ops.where(allowed, c.scalar(0, like), c.scalar(filter, like));
}

/**
 * What to add to scores so that a query sees no later keys, `[S, T]`, nor, with a window, keys that are `window` or more
 * positions before it.
 */
export function causalMask(
  c: NodeContext,
  args: {
    readonly queries: Value;
    readonly keys: Value;
    readonly past: Value | undefined;
    /** A value of the given graph, for the type. */
    readonly like: Value;
    readonly window?: number;
  },
): Value {
  const { queries, keys, past, like, window } = args;
  const [row, column] = [queryPositions(c, queries, past), keyPositions(c, keys)];
  const notLater = c.g.op("LessOrEqual", [column, row]);
  if (window === undefined) return maskScores(c, notLater, like);
  const inWindow = c.ops.less(row, c.ops.add(column, constantScalar(c, window)));
  return maskScores(c, c.ops.and(notLater, inWindow), like);
}

/** Attention's operands, split into heads. */
export interface AttentionArgs {
  /** `[B, H, S, D]` */
  readonly q: Value;
  /** `[B, kvHeads, T, D]` */
  readonly k: Value;
  /** `[B, kvHeads, T, Dv]` */
  readonly v: Value;
  readonly heads: number;
  /** A divisor of `heads`: as many queries' heads share a head of keys and values. */
  readonly kvHeads: number;
  readonly scale: number;
  /** Limits scores to ± this, if greater than 0. */
  readonly softcap?: number;
  /** To add to the scores: each broadcasts to `[B, H, S, T]`. */
  readonly masks: readonly Value[];
  /** Scores of a key that has no value, `[H]`: it only takes weight from the others. */
  readonly sink?: Value | undefined;
  /** A value of the given graph, for the type. */
  readonly like: Value;
}

/**
 * softmax(q·kᵀ·scale + masks)·v: `[B, H, S, Dv]`
 * @see Vaswani et al. 2017, arXiv:1706.03762, section 3.2; Ainslie et al. 2023, arXiv:2305.13245 (shared heads)
 */
export function attend(c: NodeContext, args: AttentionArgs): Value {
  const { q, k, v, heads, kvHeads, scale, softcap = 0, masks, sink, like } = args;
  const { ops } = c;
  // The queries that share a head of keys become more rows of it: no copy of keys and values.
  const regroup = (x: Value, count: number) =>
    heads === kvHeads ? x : c.g.op("Reshape", [x, ints(c, [0, count, -1, 0])]);
  const together = (x: Value) => regroup(x, kvHeads);
  const apart = (x: Value) => regroup(x, heads);

  const scaled = scale === 1 ? q : ops.mul(q, c.scalar(scale, like));
  const products = ops.matmul(together(scaled), ops.transpose(k, [0, 1, 3, 2]));
  const scores = apart(products);
  const capped =
    softcap > 0
      ? ops.mul(ops.tanh(ops.div(scores, c.scalar(softcap, like))), c.scalar(softcap, like))
      : scores;
  const [first, ...rest] = masks;
  const mask = rest.reduce((a: Value | undefined, b) => (a === undefined ? b : ops.add(a, b)), first);
  const masked = mask === undefined ? capped : ops.add(capped, mask);
  const weights = sink === undefined ? ops.softmax(masked, -1) : softmaxWithSink(c, masked, sink);
  return apart(ops.matmul(together(weights), v));
}

/** eˣ / (Σ eˣ + e^sink) over the last axis of `[B, H, S, T]`. */
function softmaxWithSink(c: NodeContext, scores: Value, sink: Value): Value {
  const { ops } = c;
  const column = ops.expand(ops.reshape(sink, [1, -1, 1, 1]), [
    { of: scores, axis: 0 },
    { of: scores, axis: 1 },
    { of: scores, axis: 2 },
    1,
  ]);
  return ops.slice(ops.softmax(ops.concat([scores, column], -1), -1), -1, 0, -1);
}

/** Queries or keys `[B, H, S, D]` turned by their positions. */
export function rotate(
  c: NodeContext,
  x: Value,
  args: {
    readonly heads: number;
    readonly size: number;
    readonly cos: Value;
    readonly sin: Value;
    /** `[B, S]`, or `[1]`: the position of the first. */
    readonly positions: Value;
    readonly interleaved: number;
  },
): Value {
  const { heads, size, cos, sin, positions, interleaved } = args;
  const turned = 2 * Number(c.shape(cos)[1]);
  const partial = turned === size ? {} : { num_heads: heads, rotary_embedding_dim: turned };
  return c.g.op(
    "RotaryEmbedding",
    [x, positions, cos, sin],
    { interleaved, ...partial },
    { domain: "com.microsoft" },
  );
}
