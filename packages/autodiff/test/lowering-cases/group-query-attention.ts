import { DATA_TYPE, float, type AttributeLike, type GraphBuilder, type Value } from "@incipit/onnx";
import type { GradientCase } from "../gradient-cases/index.js";
import { frozen, hidden, int32, projected, projectedPast, WIDTH } from "./operands.js";
import { tensor } from "@incipit/tensor";

interface Form {
  readonly attributes?: Readonly<Record<string, AttributeLike>>;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly size?: number;
  readonly packed?: boolean;
  /** How many keys come from before, for s new ones. Then it is one row: the kernel takes no more. */
  readonly past?: (s: number) => number;
  /** The tables' columns: how many pairs of features are turned. */
  readonly pairs?: number;
  readonly positions?: boolean;
  readonly attentionBias?: boolean;
  readonly sink?: boolean;
  /** The second row is one shorter than the first. What it gives there does not count. */
  readonly padded?: boolean;
}

/** `x` `[rows, s, width]`, zero behind the last position of each row. */
function onlyWithin(g: GraphBuilder, x: Value, last: Value): Value {
  const constant = (shape: readonly number[], values: readonly number[]) =>
    g.initializer(tensor("int64", shape, values));
  const length = g.op("Squeeze", [g.op("Shape", [x], { start: 1, end: 2 })]);
  const positions = g.op("Range", [constant([], [0]), length, constant([], [1])]);
  const within = g.op("LessOrEqual", [
    g.op("Reshape", [positions, constant([2], [-1, 1])]),
    g.op("Reshape", [g.op("Cast", [last], { to: DATA_TYPE.int64 }), constant([3], [-1, 1, 1])]),
  ]);
  return g.op("Where", [within, x, g.initializer(tensor("float32", [], [0]))]);
}

const groupQuery = (name: string, form: Form): GradientCase => {
  const { heads = 4, kvHeads = 2, size = 8, past, pairs } = form;
  const before = (s: number) => past?.(s) ?? 0;
  const rows = before(2) === 0 ? 2 : 1;
  const total = (s: number) => s + before(s);
  return {
    name,
    ...(past !== undefined && before(2) === 0 ? { wrt: ["x"] } : {}),
    inputs: (random, s) => ({
      x: rows === 2 ? hidden(random, s) : random.normal([1, s, WIDTH]),
      seqlens: int32(
        [rows],
        Array.from({ length: rows }, (_, row) => total(s) - 1 - (form.padded === true ? row : 0)),
      ),
      total: int32([1], [total(s)]),
      ...(past === undefined ? {} : { before: random.normal([rows, before(s), WIDTH]) }),
      ...(form.positions === true
        ? {
            positions: tensor(
              "int64",
              [rows, s],
              Array.from({ length: rows * s }, (_, i) => (i % s) + before(s) + 1),
            ),
          }
        : {}),
      ...(form.attentionBias === true ? { attentionBias: random.normal([1, heads, s, total(s)]) } : {}),
    }),
    build: (g, { x = "", seqlens = "", total = "", before, positions = "", attentionBias = "" }) => {
      const q = projected(g, x, heads * size, 1);
      const k = projected(g, x, kvHeads * size, 2);
      const v = projected(g, x, kvHeads * size, 3);
      const operands = form.packed === true ? [g.op("Concat", [q, k, v], { axis: -1 }), "", ""] : [q, k, v];
      const pasts =
        before === undefined ? ["", ""] : [4, 5].map((seed) => projectedPast(g, before, kvHeads, size, seed));
      const tables =
        pairs === undefined ? ["", ""] : ["Cos", "Sin"].map((f) => g.op(f, [frozen(g, [16, pairs], 6)]));
      const sink = form.sink === true ? frozen(g, [heads], 7) : "";
      const results = g.ops(
        "GroupQueryAttention",
        [...operands, ...pasts, seqlens, total, ...tables, positions, attentionBias, sink],
        {
          num_heads: heads,
          kv_num_heads: kvHeads,
          ...(pairs === undefined ? {} : { do_rotary: 1 }),
          ...form.attributes,
        },
        { domain: "com.microsoft", outputs: 3 },
      );
      if (form.padded !== true) return results;
      return onlyWithin(g, results[0] ?? "", seqlens);
    },
  };
};

export const groupQueryAttentionCases: readonly GradientCase[] = [
  groupQuery("as it is", {}),
  groupQuery("as many heads of keys as of queries, a scale of its own", {
    heads: 2,
    attributes: { scale: float(0.5) },
  }),
  groupQuery("queries, keys and values in one input", { packed: true }),
  groupQuery("with no keys from before yet", { past: () => 0 }),
  groupQuery("behind keys from before", { past: (s) => s - 1 }),
  groupQuery("with rotary embeddings", { heads: 2, kvHeads: 1, size: 16, pairs: 8 }),
  groupQuery("with interleaved rotary embeddings of half the features, in one input", {
    heads: 2,
    kvHeads: 1,
    size: 32,
    pairs: 8,
    packed: true,
    attributes: { rotary_interleaved: 1 },
  }),
  groupQuery("with rotary embeddings behind keys from before", {
    heads: 2,
    kvHeads: 1,
    size: 16,
    pairs: 8,
    past: (s) => s - 1,
  }),
  groupQuery("with rotary embeddings at given positions", {
    heads: 2,
    kvHeads: 1,
    size: 16,
    pairs: 8,
    positions: true,
  }),
  groupQuery("with rotary embeddings at given positions behind keys from before", {
    heads: 2,
    kvHeads: 1,
    size: 16,
    pairs: 8,
    past: (s) => s - 1,
    positions: true,
  }),
  groupQuery("in a window", { attributes: { local_window_size: 2 } }),
  groupQuery("in a window behind keys from before", {
    past: (s) => s - 1,
    attributes: { local_window_size: 2 },
  }),
  groupQuery("with capped scores", { attributes: { softcap: float(1.5) } }),
  groupQuery("with something to add to scores", { attentionBias: true }),
  groupQuery("with capped scores and something to add", {
    attentionBias: true,
    attributes: { softcap: float(1.5) },
  }),
  groupQuery("with a smooth softmax", { attributes: { smooth_softmax: 1 } }),
  groupQuery("with a sink for each head", { sink: true }),
  groupQuery("with padding behind one of the rows", { padded: true }),
  groupQuery("seeing later keys too", { attributes: { causal: 0 } }),
];
