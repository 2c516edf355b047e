import type { DType, HostTensor } from "@incipit/core";
import { type FileRegion, storedTensor } from "../graph/stored-tensor.js";
import { byteLength, dataLength, dtypeOf, formatType, tensorFromBytes } from "../graph/tensors.js";
import { formatError, type ReadContext } from "./context.js";
import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType } from "./generated/onnx_pb.js";

/**
 * Decode a tensor, however it is stored; one that is to stay in its file is not read. External data in memory is a view where
 * alignment allows.
 * @throws {FormatError} when its element type is not supported, or its data does not fit its shape
 */
export function readTensor(proto: TensorProto, context: ReadContext, name = proto.name): HostTensor {
  const fail = (message: string, cause?: unknown) =>
    formatError(context, `tensor "${name}": ${message}`, { tensor: name }, cause);
  const dtype = dtypeOf(proto.dataType);
  if (dtype === undefined) {
    throw fail(`element type ${dataTypeName(proto.dataType)} is not supported`);
  }
  const shape = proto.dims.map(Number);
  if (shape.some((size) => size < 0)) throw fail(`shape [${shape.join(",")}] has a negative size`);
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL || proto.rawData.byteLength > 0) {
    const expected = byteLength(dtype, shape);
    const data =
      proto.dataLocation === TensorProto_DataLocation.EXTERNAL
        ? readExternal(proto, expected, context, fail)
        : readOwn(proto, context);
    const found = data instanceof Uint8Array ? data.byteLength : data.length;
    if (found !== expected) {
      throw fail(`${formatType(dtype, shape)} takes ${expected} bytes, the model has ${found}`);
    }
    return data instanceof Uint8Array
      ? tensorFromBytes(dtype, shape, data)
      : storedTensor({ name, dtype, shape }, data);
  }
  const tensor = { dtype, shape, data: typedData(proto, dtype) } as HostTensor;
  const length = dataLength(dtype, shape);
  if (tensor.data.length !== length) {
    throw fail(`${formatType(dtype, shape)} has ${length} elements, the model has ${tensor.data.length}`);
  }
  return tensor;
}

/** What messages call an element type: ONNX's own name for it. */
export function dataTypeName(dataType: number): string {
  return TensorProto_DataType[dataType]?.toLowerCase() ?? `number ${dataType}`;
}

function typedData(proto: TensorProto, dtype: DType): HostTensor["data"] {
  switch (dtype) {
    case "float32":
      return Float32Array.from(proto.floatData);
    case "float64":
      return Float64Array.from(proto.doubleData);
    case "int64":
      return BigInt64Array.from(proto.int64Data);
    case "uint64":
      return BigUint64Array.from(proto.uint64Data);
    case "uint32":
      return Uint32Array.from(proto.uint64Data, Number);
    case "int32":
      return Int32Array.from(proto.int32Data);
    case "int16":
      return Int16Array.from(proto.int32Data);
    case "int8":
      return Int8Array.from(proto.int32Data);
    case "uint8":
    case "bool":
    case "int4":
    case "uint4":
      return Uint8Array.from(proto.int32Data);
    case "uint16":
    case "float16":
    case "bfloat16":
      return Uint16Array.from(proto.int32Data);
  }
}

function readOwn({ rawData }: TensorProto, { bytes, ownData }: ReadContext): Uint8Array | FileRegion {
  // Not so where it was copied together with the function that it is a constant of.
  const isWithin = rawData.buffer === bytes.buffer;
  const stored = isWithin ? ownData?.(rawData.byteOffset - bytes.byteOffset, rawData.byteLength) : undefined;
  // A copy: views would keep the whole file in memory, and most of them would not be aligned.
  return stored ?? rawData.slice();
}

function readExternal(
  proto: TensorProto,
  expected: number,
  { externalData }: ReadContext,
  fail: (message: string, cause?: unknown) => Error,
): Uint8Array | FileRegion {
  const entries = Object.fromEntries(proto.externalData.map(({ key, value }) => [key, value]));
  const { location, offset = "0", length } = entries;
  if (location === undefined) throw fail("its data is external, but the model does not say in which file");
  if (externalData === undefined) {
    throw fail(`its data is in "${location}": read the model from its folder, or pass externalData`);
  }
  // As some writers leave out the length, the shape says how much to read.
  const wanted = length === undefined ? expected : Number(length);
  if (!Number.isSafeInteger(Number(offset)) || Number(offset) < 0 || wanted !== expected) {
    throw fail(`it takes ${expected} bytes, the model points to ${wanted} from ${offset} of "${location}"`);
  }
  try {
    return externalData(location, Number(offset), wanted);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail(`its data cannot be read from "${location}": ${reason}`, cause);
  }
}
