import { type Optimizer } from "@incipit/core";
import { type AdamOptions, decayingAdam } from "./adam.js";

/** Settings of `adamw`. */
export interface AdamWOptions extends Omit<AdamOptions, "weightDecay"> {
  /** Fraction of itself, times the learning rate, that a parameter loses before the step. Default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay: `p ← p − η λ p`, then a step of Adam.
 * @see Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2, with PyTorch's η in place of the schedule multiplier
 */
export function adamw({ weightDecay = 0.01, ...options }: AdamWOptions = {}): Optimizer {
  return decayingAdam(options, weightDecay);
}
