import type { HostTensor } from "@incipit/core";

/** Number of elements of a tensor of this shape; 1 for `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** A tensor's dtype and shape, as every error message writes them: `float32[2,3]`. */
export function formatTensor(tensor: Pick<HostTensor, "dtype" | "shape">): string {
  return `${tensor.dtype}[${tensor.shape.join()}]`;
}

/** Whether two shapes have the same sizes. */
export function equalShapes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
