/** @file What the contract's cases should give, by the float64 reference. */
import type { HostTensor, NamedTensors, Ops } from "@incipit/core";
import { fromHost, toHost } from "../reference/convert.js";
import type { Tensor } from "../reference/tensor.js";
import type { OpCase } from "./case.js";
import { referenceOps } from "./reference-ops.js";

/** One case, drawn: what an interpreter is asked to compute. */
export interface OpRequest extends Pick<OpCase, "build"> {
  readonly inputs: NamedTensors;
  /** Names of the inputs whose gradients are wanted. */
  readonly differentiable: readonly string[];
  /** Of the output's shape; the loss to differentiate is `weightedSum(ops, output, weights)`. */
  readonly weights: HostTensor<"float32">;
}

/** The scalar `Σ output · weights`. */
export function weightedSum<T>(ops: Ops<T>, output: T, weights: HostTensor<"float32">): T {
  return ops.sum(ops.mul(output, ops.constant(weights)), [...weights.shape.keys()]);
}

/** The output, rounded to its dtype. */
export function referenceValue({ build, inputs }: Pick<OpRequest, "build" | "inputs">): HostTensor {
  return toHost(build(referenceOps, loaded(inputs)));
}

/** d loss / d input by central differences, `(f(x + h) − f(x − h)) / 2h` entry by entry. */
export function referenceGradients(request: OpRequest): Record<string, HostTensor<"float64">> {
  const { build, inputs, differentiable, weights } = request;
  const point = loaded(inputs);
  const lossAt = (moved: Readonly<Record<string, Tensor>>) =>
    weightedSum(referenceOps, build(referenceOps, { ...point, ...moved }), weights).data[0] as number;
  return Object.fromEntries(
    differentiable.map((name) => {
      const x = point[name] as Tensor;
      const slope = (entry: number, i: number) => {
        const step = 1e-6 * Math.max(1, Math.abs(entry));
        const lossWith = (value: number) => lossAt({ [name]: { ...x, data: x.data.with(i, value) } });
        return (lossWith(entry + step) - lossWith(entry - step)) / (2 * step);
      };
      return [name, { dtype: "float64", shape: x.shape, data: x.data.map(slope) }];
    }),
  );
}

function loaded(inputs: NamedTensors): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, fromHost(tensor)]));
}
