import type { HostTensor } from "@incipit/core";
import { inMemory } from "@incipit/onnx";

/** Entries of a tensor along one axis. */
export function takeAlong(tensor: HostTensor, axis: number, entries: readonly number[]): HostTensor {
  const { shape, data: all } = inMemory(tensor);
  const size = shape[axis] ?? 1;
  const outer = shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const data = all.slice(0, outer * entries.length * inner);
  for (let i = 0; i < outer; i++) {
    entries.forEach((entry, k) => {
      for (let j = 0; j < inner; j++) {
        data[(i * entries.length + k) * inner + j] = all[(i * size + entry) * inner + j] ?? 0;
      }
    });
  }
  return { dtype: tensor.dtype, shape: shape.with(axis, entries.length), data } as HostTensor;
}
