import type { HostTensor } from "@incipit/core";
import { hostTensor } from "./create.js";
import { fromBfloat16Bits, fromFloat16Bits } from "./float16.js";
import { unpackInt4 } from "./int4.js";
import { sizeOf } from "./shape.js";

/** Every binary16 value by its bits: decoding a model's weights is then one lookup each. */
let halves: Float32Array | undefined;

function halfTable(): Float32Array {
  return (halves ??= Float32Array.from({ length: 0x10000 }, (_, half) => fromFloat16Bits(half)));
}

/** The same numbers as float32, rounded to the nearest; a float32 tensor is returned as it is. */
export function toFloat32(tensor: HostTensor): HostTensor<"float32"> {
  switch (tensor.dtype) {
    case "float32":
      return tensor;
    case "float16": {
      const table = halfTable();
      return float32(tensor.shape, tensor.data, (half) => table[half] as number);
    }
    case "bfloat16":
      return float32(tensor.shape, tensor.data, fromBfloat16Bits);
    case "int4":
    case "uint4": {
      const integers = unpackInt4(tensor.data, sizeOf(tensor.shape), tensor.dtype);
      return hostTensor("float32", tensor.shape, Float32Array.from(integers));
    }
    case "int64":
    case "uint64":
      return float32(tensor.shape, tensor.data, Number);
    default:
      return hostTensor("float32", tensor.shape, Float32Array.from(tensor.data));
  }
}

function float32<E>(shape: readonly number[], data: ArrayLike<E>, decode: (element: E) => number) {
  return hostTensor("float32", shape, Float32Array.from(data, decode));
}
