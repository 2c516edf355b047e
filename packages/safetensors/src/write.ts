import { ConfigError, ShapeError, type HostTensor, type NamedTensors } from "@incipit/core";
import { dtypes, formats, sizeOf, type StoredDType } from "./dtypes.js";

/** The header is padded with spaces so that the data starts at a multiple of this. */
const alignment = 8;

/**
 * A safetensors file as bytes. Equal tensors and metadata give equal bytes, whatever the order of their keys; they are
 * those that the Python library writes: widest dtype first, then by name, so that every tensor is aligned.
 * @param metadata free strings, stored as `__metadata__`
 * @throws {ShapeError} when a tensor's data does not fill its shape
 * @throws {ConfigError} when a tensor is called `__metadata__`, or is of integers of 4 bits
 * @see https://github.com/huggingface/safetensors#format
 */
export function writeSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors)
    .map(([name, tensor]) => [name, checked(name, tensor)] as const)
    .toSorted(
      ([nameA, a], [nameB, b]) =>
        dtypes.indexOf(b.dtype) - dtypes.indexOf(a.dtype) || (nameA < nameB ? -1 : 1),
    );
  const header = encodeHeader(entries, metadata);
  const end = entries.reduce((offset, [, tensor]) => offset + tensor.data.byteLength, 8 + header.length);

  const bytes = new Uint8Array(end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let offset = 8 + header.length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function encodeHeader(
  entries: readonly (readonly [string, HostTensor<StoredDType>])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    fields.push(["__metadata__", Object.fromEntries(Object.entries(metadata).toSorted())]);
  }
  let offset = 0;
  for (const [name, tensor] of entries) {
    const end = offset + tensor.data.byteLength;
    fields.push([
      name,
      { dtype: formats[tensor.dtype].name, shape: tensor.shape, data_offsets: [offset, end] },
    ]);
    offset = end;
  }
  const json = new TextEncoder().encode(objectText(fields));
  const header = new Uint8Array(Math.ceil(json.length / alignment) * alignment).fill(" ".charCodeAt(0));
  header.set(json);
  return header;
}

/** A JSON object with its keys in the given order; `JSON.stringify` would put those that look like integers first. */
function objectText(fields: readonly [string, unknown][]): string {
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

function checked(name: string, tensor: HostTensor): HostTensor<StoredDType> {
  const { shape, data } = tensor;
  if (name === "__metadata__") {
    throw new ConfigError(`A safetensors file has no place for a tensor named "__metadata__": rename it.`);
  }
  if (tensor.dtype === "int4" || tensor.dtype === "uint4") {
    throw new ConfigError(
      `A safetensors file cannot hold tensor "${name}", which is ${tensor.dtype}: make it int8.`,
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `Tensor "${name}" of shape [${shape.join(", ")}] needs ${sizeOf(shape)} elements, got ${data.length}.`,
      { details: { tensor: name } },
    );
  }
  return tensor;
}
