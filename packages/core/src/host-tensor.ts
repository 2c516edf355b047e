/** @file Tensors in host memory: a dtype, a shape, and a typed array in row-major order. */

/**
 * The array that holds each dtype. 16-bit floats are kept as their bits; booleans as 0 and 1; 4-bit integers two to a byte,
 * the first in its lower half, as they are in ONNX files.
 */
export interface DTypeArrays {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
  int4: Uint8Array;
  uint4: Uint8Array;
}

/** Element types. Names are ONNX's, in lower case. */
export type DType = keyof DTypeArrays;

/** A dense tensor in host memory, row-major. As a union over dtypes, it narrows on `dtype`. */
export type HostTensor<D extends DType = DType> = D extends DType
  ? { readonly dtype: D; readonly shape: readonly number[]; readonly data: DTypeArrays[D] }
  : never;

/** Named tensors: a batch, a set of parameters, gradients, outputs. */
export type NamedTensors = Readonly<Record<string, HostTensor>>;

/** Trainable state, flat and by name, so that optimizers, checkpoints, clipping and averaging are plain functions. */
export type Parameters = Readonly<Record<string, HostTensor<"float32">>>;

/** Graph inputs by name (`input_ids`, `attention_mask`, …) and targets (`labels`). The first axis is the batch. */
export type Batch = NamedTensors;
