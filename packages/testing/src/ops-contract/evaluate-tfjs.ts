import type { BackendName, Tensor } from "@incipit/tensor/tfjs";
import type { EvaluateOps } from "./run.js";
import { weightedSum } from "./truth.js";

/** Evaluates with the TF.js interpreter on one of its backends, WASM by default. */
export function evaluateTfjs(backend: BackendName = "wasm"): EvaluateOps {
  return async ({ build, inputs, differentiable, weights }) => {
    // Loaded here, so that tests without TF.js need not wait for it.
    const { chooseBackend, fromTfjs, tfjsOps, toTfjs } = await import("@incipit/tensor/tfjs");
    const { tf } = await chooseBackend({ backend });
    const ops = tfjsOps(tf);
    tf.engine().startScope();
    try {
      const entries = Object.entries(inputs).map(([name, tensor]) => [name, toTfjs(tf, tensor)] as const);
      const loaded = Object.fromEntries(entries);
      const value = fromTfjs(build(ops, loaded));
      if (differentiable.length === 0) return { value, gradients: {} };
      const wrt = entries.filter(([name]) => differentiable.includes(name));
      const loss = (...xs: Tensor[]) => {
        const moved = Object.fromEntries(wrt.map(([name], i) => [name, xs[i] as Tensor]));
        return weightedSum(ops, build(ops, { ...loaded, ...moved }), weights);
      };
      const gradients = tf.grads(loss)(wrt.map(([, x]) => x));
      return {
        value,
        gradients: Object.fromEntries(wrt.map(([name], i) => [name, fromTfjs(gradients[i] as Tensor)])),
      };
    } finally {
      tf.engine().endScope();
    }
  };
}
