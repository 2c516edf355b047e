import { neededFlops } from "../flops.js";
import { HEAD_WIDTH, type Point } from "./sweeps.js";

/** What a step must do at least. */
export interface Theory {
  /** Operations of matrix products. */
  readonly flops: number;
  /** Bytes that the forward must leave for the gradient. */
  readonly activations: number;
}

const FLOAT = 4;

/**
 * The least that a step of an encoder needs which reads position 0, run `tokens` tokens at a time: the products of `neededFlops`, and
 * of each layer what its gradient reads. As weights are frozen, a product's gradient reads no activation; attention reads queries, keys,
 * values and its weights, the two normalisations and the activation function their inputs: `5h + f + heads · s` numbers a token.
 */
export function theory(point: Point, tokens: number): Theory {
  const { hidden: h, layers, sequence, batch, virtualTokens } = point;
  const s = sequence + virtualTokens;
  const sizes = {
    hidden: h,
    inner: h,
    feedForward: 4 * h,
    layers,
    decoderLayers: 0,
    vocabulary: 0,
    labels: 2,
  };
  const lengths = Array.from({ length: batch }, () => sequence);
  const { forward, backward } = neededFlops("seqcls", sizes, { virtualTokens, lengths });
  const atOnce = s * Math.min(batch, Math.max(1, Math.floor(tokens / s)));
  const perToken = 5 * h + 4 * h + (h / HEAD_WIDTH) * s;
  return { flops: forward + backward, activations: FLOAT * layers * atOnce * perToken };
}
