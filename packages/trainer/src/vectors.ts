/**
 * @file Loops over the numbers of a tensor. By index: `for of`, `map` and `some` take five times as long on typed arrays, and on a
 * head alone longer than the step itself.
 */
/* eslint @typescript-eslint/prefer-for-of: "off" */
import type { HostTensor } from "@incipit/core";
import { tensor } from "@incipit/tensor";

/** A tensor times a number. */
export function scaled({ shape, data }: HostTensor<"float32">, factor: number): HostTensor<"float32"> {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = (data[i] as number) * factor;
  return tensor("float32", shape, result);
}

/** The squared L2 norm on top of `sum`. */
export function addSquares(sum: number, { data }: HostTensor<"float32">): number {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    sum += value * value;
  }
  return sum;
}

/** Whether there is neither a NaN nor an infinity. */
export function allFinite({ data }: HostTensor<"float32">): boolean {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) return false;
  }
  return true;
}
