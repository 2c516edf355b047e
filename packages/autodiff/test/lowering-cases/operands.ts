import type { HostTensor } from "@incipit/core";
import type { GraphBuilder, Value } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { randomTensors, type RandomTensors } from "@incipit/testing";

/** Features of what attention's operands are made of: few, so that finite differences are quick. */
export const WIDTH = 3;

/** Hidden states `[2, s, WIDTH]`. */
export const hidden = (random: RandomTensors, s: number) => random.normal([2, s, WIDTH]);

/** `x` `[…, WIDTH]` times frozen weights: `[…, size]`. */
export function projected(g: GraphBuilder, x: Value, size: number, seed: number): Value {
  return g.op("MatMul", [x, g.initializer(randomTensors(seed).normal([WIDTH, size], 0.5))]);
}

/** Keys or values from before, `[2, heads, P, size]`, out of hidden states `[2, P, WIDTH]`. */
export function projectedPast(g: GraphBuilder, x: Value, heads: number, size: number, seed: number): Value {
  const shape = g.initializer(tensor("int64", [4], [0, 0, heads, size]));
  const split = g.op("Reshape", [projected(g, x, heads * size, seed), shape]);
  return g.op("Transpose", [split], { perm: [0, 2, 1, 3] });
}

/** A frozen float tensor. */
export function frozen(g: GraphBuilder, shape: readonly number[], seed: number, scale = 1): Value {
  return g.initializer(randomTensors(seed).normal(shape, scale));
}

/** An int32 tensor. */
export function int32(shape: readonly number[], values: readonly number[]): HostTensor {
  return tensor("int32", shape, values);
}
