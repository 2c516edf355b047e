/** @file Small models with random weights, built in memory, so that tests need no files and no network. */
import { type Graph, GraphBuilder, onnxOps, type Value } from "@incipit/onnx";
import { randomTensors } from "./random-tensors.js";

export interface TinyEncoderOptions {
  /** Of the weights; default 0. */
  readonly seed?: number;
  /** Width of the token states, a multiple of `heads`; default 8. */
  readonly hidden?: number;
  /** Default 1. */
  readonly layers?: number;
  /** Default 2. */
  readonly heads?: number;
  /** Number of token ids; default 20. */
  readonly vocabulary?: number;
  /** Longest sequence; default 32. */
  readonly positions?: number;
}

/**
 * A transformer encoder in BERT's shape: token and position embeddings, post-norm layers of self-attention and a
 * feed-forward part, padding masked out. Inputs `input_ids` and `attention_mask`, `[batch, seq]` int64; output
 * `last_hidden_state`, `[batch, seq, hidden]`. The same options give the same graph.
 * @see Devlin et al. 2019, arXiv:1810.04805, section 3
 */
export function tinyEncoder(options: TinyEncoderOptions = {}): Graph {
  const { seed = 0, hidden = 8, layers = 1, heads = 2, vocabulary = 20, positions = 32 } = options;
  const random = randomTensors(seed);
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const weight = (name: string, shape: readonly number[], scale: number) =>
    g.initializer(random.normal(shape, scale), name);
  const shared = ["batch", "seq"];
  const ids = g.input("input_ids", "int64", shared);
  const mask = g.input("attention_mask", "int64", shared);

  const linear = (name: string, x: Value, from: number, to: number): Value => {
    const product = ops.matmul(x, weight(`${name}.weight`, [from, to], 1 / Math.sqrt(from)));
    return ops.add(product, weight(`${name}.bias`, [to], 0.1));
  };
  const layerNorm = (name: string, x: Value): Value => {
    const scale = g.initializer(random.uniform([hidden], 0.5, 1.5), `${name}.weight`);
    return ops.layerNorm(x, scale, weight(`${name}.bias`, [hidden], 0.1), 1e-5);
  };
  /** `[batch, seq, hidden]` → `[batch, heads, seq, hidden / heads]` */
  const splitHeads = (x: Value): Value => {
    const split = ops.reshape(x, [{ of: x, axis: 0 }, { of: x, axis: 1 }, heads, hidden / heads]);
    return ops.transpose(split, [0, 2, 1, 3]);
  };
  const attention = (x: Value, bias: Value): Value => {
    const [query, key, value] = ["query", "key", "value"].map((name) =>
      splitHeads(linear(`attention.${name}`, x, hidden, hidden)),
    ) as [Value, Value, Value];
    const scores = ops.matmul(query, ops.transpose(key, [0, 1, 3, 2]));
    const scaled = ops.div(scores, ops.scalar(Math.sqrt(hidden / heads)));
    const context = ops.matmul(ops.softmax(ops.add(scaled, bias), -1), value);
    const merged = ops.reshape(ops.transpose(context, [0, 2, 1, 3]), [
      { of: x, axis: 0 },
      { of: x, axis: 1 },
      hidden,
    ]);
    return linear("attention.output", merged, hidden, hidden);
  };
  const feedForward = (x: Value): Value => {
    const inner = ops.gelu(linear("intermediate", x, hidden, 4 * hidden));
    return linear("output", inner, 4 * hidden, hidden);
  };
  const layer = (x: Value, bias: Value): Value => {
    const attended = layerNorm("attention.norm", ops.add(x, attention(x, bias)));
    return layerNorm("norm", ops.add(attended, feedForward(attended)));
  };

  const embedded = g.scope("embeddings", () => {
    const word = ops.gather(weight("word", [vocabulary, hidden], 1), ids, 0);
    const seq = g.op("Squeeze", [g.op("Shape", [ids], { start: 1, end: 2 })]);
    const [zero, one] = [0n, 1n].map((value) =>
      g.initializer({ dtype: "int64", shape: [], data: BigInt64Array.of(value) }),
    ) as [Value, Value];
    const position = g.op("Range", [zero, seq, one]);
    return layerNorm(
      "norm",
      ops.add(word, ops.gather(weight("position", [positions, hidden], 1), position, 0)),
    );
  });
  // [batch, 1, 1, seq]: 0 at tokens, very negative at padding.
  const bias = g.scope("mask", () => {
    const padding = ops.sub(ops.scalar(1), ops.cast(mask, "float32"));
    const wide = ops.reshape(padding, [{ of: mask, axis: 0 }, 1, 1, { of: mask, axis: 1 }]);
    return ops.mul(wide, ops.scalar(-1e4));
  });
  let state = embedded;
  for (let i = 0; i < layers; i++) state = g.scope(`layer.${i}`, () => layer(state, bias));
  g.output(state, "last_hidden_state", "float32", [...shared, hidden]);
  return g.build();
}
