import type { HostTensor } from "@incipit/core";
import { equalShapes } from "./shape.js";

/** Whether two tensors have the same dtype, shape and bits (so a NaN equals itself, and 0 differs from -0). */
export function equalTensors(a: HostTensor, b: HostTensor): boolean {
  if (a.dtype !== b.dtype || !equalShapes(a.shape, b.shape)) return false;
  const left = bytes(a);
  const right = bytes(b);
  return left.every((byte, index) => byte === right[index]);
}

function bytes({ data }: HostTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
