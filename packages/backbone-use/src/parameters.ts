/** @file The encoder's weights by what they do: the one place that knows TensorFlow's names. */
import { FormatError, type HostTensor } from "@incipit/core";
import type { Weights } from "./weights.js";

type Tensor = HostTensor<"float32">;

/** `x · kernel + bias`; `kernel` is `[in, out]`. */
export interface Dense {
  readonly kernel: Tensor;
  readonly bias: Tensor;
}

/** Layer normalisation. */
export interface Norm {
  readonly scale: Tensor;
  readonly bias: Tensor;
}

/** One pre-norm transformer layer: attention, then a feed-forward network, each added to what it read. */
export interface Layer {
  /** Width of queries, keys and values, all heads together. */
  readonly width: number;
  readonly attentionNorm: Norm;
  /** Queries, keys and values side by side: `[in, 3 · width]`. */
  readonly qkv: Dense;
  /** What queries are multiplied by: 1/√(width of a head). */
  readonly queryScale: number;
  readonly attentionOutput: Dense;
  /** Carries the layer's input past the attention where their widths differ. */
  readonly shortcut?: Dense;
  readonly feedForwardNorm: Norm;
  readonly expand: Dense;
  readonly contract: Dense;
}

export interface EncoderParameters {
  /** The token embedding table, `[8002, 256]`. */
  readonly embeddings: Tensor;
  /** Angular frequencies of the timing signal, in radians per position: `[1, 128]`. */
  readonly frequencies: Tensor;
  readonly layers: readonly Layer[];
  readonly tanh: Dense;
}

/** Sizes of the published model. */
const VOCABULARY = 8002;
const EMBEDDING = 256;
const STATE = 512;
const FEED_FORWARD = 1536;

/**
 * Pick the encoder's parameters out of the TF.js weights.
 * @throws {FormatError} when one is missing or of the wrong shape
 */
export function encoderParameters(weights: Weights): EncoderParameters {
  const read = (name: string, shape: readonly number[]) => pick(weights, name, shape);
  return {
    embeddings: read("module/Embeddings_en", [VOCABULARY, EMBEDDING]),
    frequencies: read(`${STACK}/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`, [1, EMBEDDING / 2]),
    layers: [layer(read, 0, EMBEDDING), layer(read, 1, STATE)],
    tanh: {
      kernel: read(`${UNFOLDED}/hidden_layers/tanh_layer_0/weights`, [STATE, STATE]),
      bias: read(`${UNFOLDED}/hidden_layers/tanh_layer_0/bias`, [STATE]),
    },
  };
}

type Read = (name: string, shape: readonly number[]) => Tensor;

// TensorFlow folded some weights and constants into others when it exported the model: those lie elsewhere.
const UNFOLDED = "module/Encoder_en";
const FOLDED = "module_apply_default/Encoder_en/KonaTransformer/Encode";
const STACK = `${FOLDED}/TransformerStack`;

function layer(read: Read, index: number, width: number): Layer {
  const scope = `Layer_${index}/TransformerLayer`;
  const joined = (name: string, shape: readonly number[]) =>
    read(`${FOLDED}/${scope}/${name}/ConcatPartitions/concat`, shape);
  const norm = (name: string, size: number): Norm => ({
    scale: joined(`${name}layer_prepostprocess/layer_norm/layer_norm_scale`, [size]),
    bias: joined(`${name}layer_prepostprocess/layer_norm/layer_norm_bias`, [size]),
  });
  /** A convolution of width 1 over the sequence. */
  const pointwise = (name: string, input: number, output: number): Dense => ({
    kernel: reshape(
      read(`${UNFOLDED}/KonaTransformer/Encode/${scope}/MultiheadAttention/${name}/kernel/part_0`, [
        1,
        1,
        input,
        output,
      ]),
      [input, output],
    ),
    bias: joined(`MultiheadAttention/${name}/bias`, [output]),
  });
  const feedForward = (name: string, input: number, output: number): Dense => ({
    kernel: read(`${STACK}/${scope}/FFN/${name}/Tensordot/Reshape_1`, [input, output]),
    bias: joined(`FFN/${name}/bias`, [output]),
  });

  return {
    width,
    attentionNorm: norm("", width),
    qkv: pointwise("qkv_transform_single", width, 3 * width),
    queryScale: read(`${STACK}/${scope}/MultiheadAttention/mul/y`, []).data[0] ?? NaN,
    attentionOutput: pointwise("output_transform_single", width, STATE),
    ...(width !== STATE && {
      shortcut: {
        kernel: joined("dense/kernel", [width, STATE]),
        bias: joined("dense/bias", [STATE]),
      },
    }),
    feedForwardNorm: norm("FFN/", STATE),
    expand: feedForward("conv1", STATE, FEED_FORWARD),
    contract: feedForward("conv2", FEED_FORWARD, STATE),
  };
}

function pick(weights: Weights, name: string, shape: readonly number[]): Tensor {
  const tensor = weights.get(name);
  if (tensor?.dtype !== "float32" || tensor.shape.join() !== shape.join()) {
    const got = tensor === undefined ? "there is none" : `got ${tensor.dtype}[${tensor.shape.join()}]`;
    throw new FormatError(
      `Weight "${name}" of the Universal Sentence Encoder: expected float32[${shape.join()}], ${got}. ` +
        "The files are those of another model.",
      { details: { tensor: name } },
    );
  }
  return tensor;
}

function reshape(tensor: Tensor, shape: readonly number[]): Tensor {
  return { ...tensor, shape };
}
