import { type Optimizer } from "@incipit/core";
import { perParameter } from "./per-parameter.js";

/** Settings of `sgd`. */
export interface SgdOptions {
  /** Decay of the running sum of gradients; 0 keeps no state. Default 0. */
  readonly momentum?: number;
  /** Step from where the momentum leads. Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty, added to the gradient. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent: `b ← μb + g`, `p ← p − η b`; with Nesterov momentum `p ← p − η (g + μb)`.
 * @see Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning"; the form is PyTorch's
 */
export function sgd({ momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions = {}): Optimizer {
  return perParameter<{ momentum?: Float32Array }>(
    (shape) => (momentum === 0 ? {} : { momentum: shape }),
    ({ parameter: p, gradient, slots: { momentum: b }, rate }) => {
      for (let i = 0; i < p.length; i++) {
        const value = p[i] as number;
        let g = (gradient[i] as number) + weightDecay * value;
        if (b) {
          const velocity = momentum * (b[i] as number) + g;
          b[i] = velocity;
          g = nesterov ? g + momentum * velocity : velocity;
        }
        p[i] = value - rate * g;
      }
    },
  );
}
