import { type Optimizer } from "@incipit/core";
import { perParameter } from "./per-parameter.js";

/** Settings of `adam`. */
export interface AdamOptions {
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment, outside the root. Default 1e-8. */
  readonly epsilon?: number;
  /** L2 penalty, added to the gradient. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Adam: `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `p ← p − η m̂ / (√v̂ + ε)` with the moments' bias corrected,
 * `m̂ = m / (1−β₁ᵗ)`, `v̂ = v / (1−β₂ᵗ)`.
 * @see Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return decayingAdam(options, 0);
}

/** Adam whose parameters first lose the fraction `decay` of themselves, times the learning rate. */
export function decayingAdam(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions,
  decay: number,
): Optimizer {
  return perParameter<{ m: Float32Array; v: Float32Array }>(
    (shape) => ({ m: shape, v: shape }),
    ({ parameter: p, gradient, slots: { m, v }, rate, time }) => {
      const kept = 1 - rate * decay;
      const stepSize = rate / (1 - beta1 ** time);
      const rootCorrection = Math.sqrt(1 - beta2 ** time);
      for (let i = 0; i < p.length; i++) {
        // Rounded as if it had been stored in between, as PyTorch does.
        const value = Math.fround((p[i] as number) * kept);
        const g = (gradient[i] as number) + weightDecay * value;
        const first = beta1 * (m[i] as number) + (1 - beta1) * g;
        const second = beta2 * (v[i] as number) + (1 - beta2) * g * g;
        m[i] = first;
        v[i] = second;
        p[i] = value - (stepSize * first) / (Math.sqrt(second) / rootCorrection + epsilon);
      }
    },
  );
}
