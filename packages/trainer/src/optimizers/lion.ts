import { type Optimizer } from "@incipit/core";
import { perParameter } from "./per-parameter.js";

/** Settings of `lion`. */
export interface LionOptions {
  /** Weight of the momentum in the direction taken. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the momentum. Default 0.99. */
  readonly beta2?: number;
  /** Decoupled weight decay: a parameter also loses this fraction of itself times the learning rate. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Lion: `p ← p − η (sign(β₁m + (1−β₁)g) + λp)`, then `m ← β₂m + (1−β₂)g`. Every entry moves by exactly the learning rate,
 * which should be 3 to 10 times smaller than Adam's.
 * @see Chen et al. 2023, arXiv:2302.06675, Algorithm 2
 */
export function lion({ beta1 = 0.9, beta2 = 0.99, weightDecay = 0 }: LionOptions = {}): Optimizer {
  return perParameter<{ m: Float32Array }>(
    (shape) => ({ m: shape }),
    ({ parameter: p, gradient, slots: { m }, rate }) => {
      for (let i = 0; i < p.length; i++) {
        const value = p[i] as number;
        const momentum = m[i] as number;
        const g = gradient[i] as number;
        p[i] = value - rate * (Math.sign(beta1 * momentum + (1 - beta1) * g) + weightDecay * value);
        m[i] = beta2 * momentum + (1 - beta2) * g;
      }
    },
  );
}
