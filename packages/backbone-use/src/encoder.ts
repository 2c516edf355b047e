/**
 * @file The Universal Sentence Encoder (lite) as an ONNX graph: two transformer layers over position-coded token
 * embeddings, the mean of the token states, a tanh layer, length 1.
 * @see Cer et al. 2018, arXiv:1803.11175, section 3.1. What the paper leaves open is as in the published TF.js graph.
 */
import { type FeatureSpec, type HostTensor, type Ops } from "@incipit/core";
import { type Graph, GraphBuilder, int64, onnxOps, type Value } from "@incipit/onnx";
import { l2Normalize, maskedMean } from "@incipit/tensor";
import { type Dense, type EncoderParameters, type Layer, type Norm } from "./parameters.js";

/** Longest input in tokens; the original drops what comes after. */
export const MAX_LENGTH = 128;

/** What the graph computes, by the names of its outputs. */
export const FEATURES = {
  /** Token states after the last layer; rows of padding mean nothing. */
  tokens: { kind: "tokens", width: 512 },
  /** Mean of the token states: what the tanh layer reads. */
  pooled: { kind: "pooled", width: 512 },
  /** The sentence embedding, of length 1. */
  embedding: { kind: "pooled", width: 512 },
} as const satisfies Record<string, FeatureSpec>;

const HEADS = 4;
const LAYER_NORM_EPSILON = 1e-6;
/** What is added to the attention scores of padding. */
const PADDING_SCORE = -1e9;

/**
 * The encoder as an ONNX graph: inputs `input_ids` and `attention_mask` (1 = token, 0 = padding behind the tokens), both
 * `[batch, seq]` int64 with `seq` up to 128; outputs `tokens` `[batch, seq, 512]`, `pooled` and `embedding`
 * `[batch, 512]`.
 */
export function encoderGraph(parameters: EncoderParameters): Graph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const ids = g.input("input_ids", "int64", ["batch", "seq"]);
  const mask = g.input("attention_mask", "int64", ["batch", "seq"]);

  const context: Context = { g, ops, paddingScores: g.scope("mask", () => paddingScores(g, ops, mask)) };
  let states = g.scope("embed", () => embed(context, parameters, ids));
  parameters.layers.forEach((layer, i) => {
    states = g.scope(`layer${i}`, () => transformerLayer(context, layer, states));
  });
  const pooled = g.scope("pool", () => maskedMean(ops, states, mask));
  const embedding = g.scope("project", () =>
    l2Normalize(ops, ops.tanh(dense(context, pooled, parameters.tanh))),
  );

  g.scope("output", () => {
    g.output(states, "tokens", "float32", ["batch", "seq", FEATURES.tokens.width]);
    g.output(pooled, "pooled", "float32", ["batch", FEATURES.pooled.width]);
    g.output(embedding, "embedding", "float32", ["batch", FEATURES.embedding.width]);
  });
  return g.build();
}

interface Context {
  readonly g: GraphBuilder;
  readonly ops: Ops<Value>;
  /** `[batch, 1, 1, seq]`: 0 at tokens, very negative at padding. */
  readonly paddingScores: Value;
}

/** `(1 - mask) · -1e9`, `[batch, 1, 1, seq]`. */
function paddingScores(g: GraphBuilder, ops: Ops<Value>, mask: Value): Value {
  const scores = ops.mul(ops.sub(ops.scalar(1), ops.cast(mask, "float32")), ops.scalar(PADDING_SCORE));
  return g.op("Unsqueeze", [scores, g.initializer(int64([1, 2]), "axes")]);
}

/** `2 · embedding + timing signal`: the original adds the signal to the embeddings, then the embeddings to that. */
function embed({ g, ops }: Context, { embeddings, frequencies }: EncoderParameters, ids: Value): Value {
  const embedded = ops.gather(g.initializer(embeddings, "embeddings"), ids, 0);
  const signal = g.initializer(timingSignal(frequencies), "timing_signal");
  const length = g.op("Shape", [ids], { start: 1, end: 2 });
  const zero = g.initializer(int64([0]), "zero");
  return ops.add(ops.mul(embedded, ops.scalar(2)), g.op("Slice", [signal, zero, length, zero]));
}

/**
 * Sines, then cosines, of `position · frequency`: `[128, width]`.
 * @see Vaswani et al. 2017, arXiv:1706.03762, section 3.5
 */
export function timingSignal(frequencies: HostTensor<"float32">): HostTensor<"float32"> {
  const half = frequencies.data.length;
  const data = new Float32Array(MAX_LENGTH * 2 * half);
  for (let position = 0; position < MAX_LENGTH; position++) {
    frequencies.data.forEach((frequency, i) => {
      // The original computes the angle in single precision.
      const angle = Math.fround(position * frequency);
      data[position * 2 * half + i] = Math.sin(angle);
      data[position * 2 * half + half + i] = Math.cos(angle);
    });
  }
  return { dtype: "float32", shape: [MAX_LENGTH, 2 * half], data };
}

/** `y = shortcut(x) + attention(norm(x))`, then `y + feedForward(norm(y))`. */
function transformerLayer(context: Context, layer: Layer, x: Value): Value {
  const { ops } = context;
  const shortcut = layer.shortcut === undefined ? x : dense(context, x, layer.shortcut);
  const y = ops.add(attention(context, layer, normalize(context, x, layer.attentionNorm)), shortcut);
  const expanded = ops.relu(dense(context, normalize(context, y, layer.feedForwardNorm), layer.expand));
  return ops.add(dense(context, expanded, layer.contract), y);
}

/**
 * Multi-head attention, `[batch, seq, in] → [batch, seq, 512]`.
 * @see Vaswani et al. 2017, arXiv:1706.03762, section 3.2
 */
function attention(context: Context, layer: Layer, x: Value): Value {
  const { g, ops } = context;
  // One product for queries, keys and values, and one transposition for all heads: [batch, 3 · heads, seq, width of a head].
  const split = g.initializer(int64([0, 0, 3 * HEADS, layer.width / HEADS]), "split_heads");
  const heads = ops.transpose(g.op("Reshape", [dense(context, x, scaleQueries(layer)), split]), [0, 2, 1, 3]);
  const [queries, keys, values] = g.ops("Split", [heads], { axis: 1, num_outputs: 3 }, { outputs: 3 }) as [
    Value,
    Value,
    Value,
  ];

  const scores = ops.add(ops.matmul(queries, ops.transpose(keys, [0, 1, 3, 2])), context.paddingScores);
  const attended = ops.transpose(ops.matmul(ops.softmax(scores, -1), values), [0, 2, 1, 3]);
  const joined = g.op("Reshape", [attended, g.initializer(int64([0, 0, layer.width]), "join_heads")]);
  return dense(context, joined, layer.attentionOutput);
}

/** The queries' scale, moved from the graph into the weights: the first third of the columns. */
function scaleQueries({ qkv, queryScale, width }: Layer): Dense {
  const scaled = (tensor: HostTensor<"float32">): HostTensor<"float32"> => ({
    ...tensor,
    data: tensor.data.map((value, i) => (i % (3 * width) < width ? value * queryScale : value)),
  });
  return { kernel: scaled(qkv.kernel), bias: scaled(qkv.bias) };
}

function dense({ g, ops }: Context, x: Value, { kernel, bias }: Dense): Value {
  return ops.add(ops.matmul(x, g.initializer(kernel, "kernel")), g.initializer(bias, "bias"));
}

function normalize({ g, ops }: Context, x: Value, { scale, bias }: Norm): Value {
  return ops.layerNorm(
    x,
    g.initializer(scale, "norm_scale"),
    g.initializer(bias, "norm_bias"),
    LAYER_NORM_EPSILON,
  );
}
