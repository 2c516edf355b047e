/** @file The linear layer that heads are made of: `W x + b`. */
import type { HeadContext, Ops, ParameterSpec } from "@incipit/core";
import { initializers, linear, named } from "@incipit/tensor";

/** `head.weight` `[outputs, width]` and `head.bias` `[outputs]`, to be read by `linearOutputs`. */
export function linearParameters(outputs: number, width: number): readonly ParameterSpec[] {
  const shared = { group: "head", learningRateScale: 1 } as const;
  return [
    {
      ...shared,
      name: "head.weight",
      shape: [outputs, width],
      initialize: (random) => initializers.kaimingUniform()(random, [outputs, width]),
    },
    {
      ...shared,
      name: "head.bias",
      shape: [outputs],
      initialize: (random) => initializers.zeros()(random, [outputs]),
    },
  ];
}

/** `W x + b`: `[…, width]` → `[…, outputs]` */
export function linearOutputs<T>(ops: Ops<T>, { parameters }: Pick<HeadContext<T>, "parameters">, x: T): T {
  return linear(ops, x, named(parameters, "head.weight"), named(parameters, "head.bias"));
}
