import { type HostTensor, ShapeError } from "@incipit/core";
import type * as tfjsCore from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { toFloat32 } from "../host/convert.js";
import { hostTensor } from "../host/create.js";
import { isPacked } from "../host/int4.js";
import { formatTensor } from "../host/shape.js";

/** TF.js's core, whichever package brought it. */
export type TensorFlow = typeof tfjsCore;

/**
 * A host tensor on TF.js's backend. TF.js knows float32, int32 and bool: floats of other widths become float32, integers
 * int32.
 * @throws {ShapeError} when an integer does not fit 32 bits
 */
export function toTfjs(tf: TensorFlow, tensor: HostTensor): Tensor {
  const shape = [...tensor.shape];
  switch (tensor.dtype) {
    case "float32":
    case "float64":
    case "float16":
    case "bfloat16":
      return tf.tensor(toFloat32(tensor).data, shape, "float32");
    case "bool":
      return tf.tensor(tensor.data, shape, "bool");
    case "int32":
      return tf.tensor(tensor.data, shape, "int32");
    default:
      return tf.tensor(toInt32(tensor), shape, "int32");
  }
}

/** A TF.js tensor in host memory; waits for the backend. @throws {ShapeError} when it is complex or of strings */
export function fromTfjs(tensor: Tensor): HostTensor<"float32" | "int32" | "bool"> {
  const { dtype, shape } = tensor;
  switch (dtype) {
    case "float32":
      return hostTensor(dtype, shape, tensor.dataSync<"float32">());
    case "int32":
      return hostTensor(dtype, shape, tensor.dataSync<"int32">());
    case "bool":
      return hostTensor(dtype, shape, tensor.dataSync<"bool">());
    default:
      throw new ShapeError(
        `fromTfjs: expected a float32, int32 or bool tensor, got ${dtype}[${shape.join()}].`,
      );
  }
}

function toInt32(tensor: HostTensor): Int32Array {
  if (isPacked(tensor.dtype)) return Int32Array.from(toFloat32(tensor).data);
  const values = Int32Array.from(tensor.data as ArrayLike<number | bigint>, Number);
  const index = values.findIndex((value, at) => value !== Number(tensor.data[at]));
  if (index >= 0) {
    throw new ShapeError(
      `toTfjs: ${formatTensor(tensor)} has ${tensor.data[index]} at index ${index}, but TF.js holds integers in 32 bits; ` +
        `keep them within ±2147483647.`,
      { details: { index } },
    );
  }
  return values;
}
