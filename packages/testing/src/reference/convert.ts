/** @file Host tensors to the evaluator's float64 and back. */
import type { HostTensor } from "@incipit/core";
import { int64 } from "@incipit/onnx";
import {
  fromBfloat16Bits,
  fromFloat16Bits,
  tensor as hostTensor,
  toBfloat16Bits,
  toFloat16Bits,
  toFloat32,
} from "@incipit/tensor";
import { isFloat, tensor, type Tensor } from "./tensor.js";

/** The numbers that a host tensor holds. */
export function fromHost(host: HostTensor): Tensor {
  switch (host.dtype) {
    case "float16":
      return tensor(host.dtype, host.shape, Array.from(host.data, fromFloat16Bits));
    case "bfloat16":
      return tensor(host.dtype, host.shape, Array.from(host.data, fromBfloat16Bits));
    case "int4":
    case "uint4":
      return tensor(host.dtype, host.shape, toFloat32(host).data);
    case "int64":
    case "uint64":
      return tensor(host.dtype, host.shape, Array.from(host.data, Number));
    default:
      return tensor(host.dtype, host.shape, host.data);
  }
}

/** Floats rounded to their dtype; integers beyond int64 (from float64's rounding of its bounds) saturate. */
export function toHost({ dtype, shape, data }: Tensor): HostTensor {
  switch (dtype) {
    case "float16":
      return { dtype, shape, data: Uint16Array.from(data, toFloat16Bits) };
    case "bfloat16":
      return { dtype, shape, data: Uint16Array.from(data, toBfloat16Bits) };
    case "float32":
      return { dtype, shape, data: Float32Array.from(data) };
    case "float64":
      return { dtype, shape, data };
    case "int8":
      return { dtype, shape, data: Int8Array.from(data) };
    case "int16":
      return { dtype, shape, data: Int16Array.from(data) };
    case "int32":
      return { dtype, shape, data: Int32Array.from(data) };
    case "int64":
      return { ...int64(Array.from(data)), shape };
    case "int4":
    case "uint4":
      return hostTensor(dtype, shape, Array.from(data));
    case "uint16":
      return { dtype, shape, data: Uint16Array.from(data) };
    case "uint32":
      return { dtype, shape, data: Uint32Array.from(data) };
    case "uint64":
      return { dtype, shape, data: BigUint64Array.from(data, BigInt) };
    case "uint8":
    case "bool":
      return { dtype, shape, data: Uint8Array.from(data) };
  }
}

/** Floats of every width as float64, not rounded. */
export function toHostFloat64(x: Tensor): HostTensor {
  return isFloat(x.dtype) ? { dtype: "float64", shape: x.shape, data: x.data } : toHost(x);
}
