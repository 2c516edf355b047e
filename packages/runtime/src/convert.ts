/** @file Between host tensors and ONNX Runtime's, over the same memory. */
import { type HostTensor, RuntimeError } from "@incipit/core";
import { DATA_TYPE, formatType } from "@incipit/onnx";
import type { Tensor } from "onnxruntime-common";
import type { Engine } from "./engine.js";
import { failure } from "./failure.js";
import type { PlainTensor } from "./workers/messages.js";

/**
 * A host tensor as ONNX Runtime's.
 * @param name what messages call it
 * @throws {RuntimeError} when its data does not fit its shape and dtype, or ONNX Runtime cannot take the dtype
 */
export function toOrt({ ort }: Engine, name: string, { dtype, shape, data }: HostTensor): Tensor {
  if (dtype === "bfloat16" || dtype === "int4" || dtype === "uint4") {
    throw new RuntimeError(
      `Input "${name}": ${dtype} cannot be fed from JavaScript; feed another type and cast.`,
    );
  }
  try {
    if (dtype !== "float16") return new ort.Tensor(dtype, data, shape);
    // Newer JavaScript has a Float16Array, and ort.Tensor turns float16 data into one, which the native binding does
    // not know. So the bits go in as uint16 under the name of float16.
    return Object.create(new ort.Tensor("uint16", data, shape), { type: { value: dtype } }) as Tensor;
  } catch (cause) {
    throw failure(`Input "${name}" is no ${formatType(dtype, shape)}`, cause, { input: name });
  }
}

/**
 * ONNX Runtime's tensor as a host tensor.
 * @throws {RuntimeError} when it holds something else than our dtypes, such as strings
 */
export function fromOrt(name: string, tensor: PlainTensor | undefined): HostTensor {
  if (tensor === undefined || !(tensor.type in DATA_TYPE)) {
    throw new RuntimeError(`Output "${name}" is of type ${tensor?.type ?? "none"}, which is not supported.`, {
      details: { output: name },
    });
  }
  // Where JavaScript has a Float16Array, ONNX Runtime gives one; ours are the bits.
  const { type, dims, data } = tensor;
  const bits =
    type === "float16" && ArrayBuffer.isView(data)
      ? new Uint16Array(data.buffer, data.byteOffset, data.length)
      : data;
  return { dtype: type, shape: dims, data: bits } as HostTensor;
}
