import { FormatError, type HostTensor, type NamedTensors } from "@incipit/core";
import { dtypes, formats, sizeOf, type StoredDType } from "./dtypes.js";
import { duplicateKey } from "./duplicate-key.js";

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly tensors: NamedTensors;
  /** The free strings of `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the header's length field. */
const lengthSize = 8;
/** The reference implementation's limit. */
const maxHeaderSize = 100_000_000;

/** How a file is read. */
export interface ReadOptions {
  /** What the bytes are called in error messages. @default "safetensors data" */
  readonly file?: string;
  /**
   * False: tensors are views of the bytes where they are aligned to their elements, as in files that are written here; who changes
   * one changes the other. @default true
   */
  readonly copy?: boolean;
}

interface Entry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * The tensors of a safetensors file; their data is copied out of `bytes` unless asked otherwise.
 * @param options how; or only what the bytes are called in error messages
 * @throws {FormatError} when the header lies: not JSON, offsets outside the file, overlaps, holes, a size that is not the
 * shape's, a duplicate name
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensors(bytes: Uint8Array, options: string | ReadOptions = {}): SafetensorsFile {
  const { file = "safetensors data", copy = true } =
    typeof options === "string" ? { file: options } : options;
  const header = readHeader(bytes, file);
  const { __metadata__: metadata, ...rest } = header.fields;
  const entries = Object.entries(rest).map(([name, value]) => readEntry(name, value, file));
  checkLayout(entries, bytes.length - header.end, file);
  const tensors = entries.map((entry) => [
    entry.name,
    hostTensor(entry, bytes.subarray(header.end + entry.begin, header.end + entry.end), copy),
  ]);
  return {
    tensors: Object.fromEntries(tensors) as NamedTensors,
    metadata: metadata === undefined ? {} : readMetadata(metadata, file),
  };
}

function readHeader(bytes: Uint8Array, file: string): { fields: Record<string, unknown>; end: number } {
  if (bytes.length < lengthSize) {
    throw damaged(file, `expected at least ${lengthSize} bytes, got ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const end = lengthSize + Number(length);
  if (length > maxHeaderSize || end > bytes.length) {
    throw damaged(
      file,
      `its first bytes announce a header of ${length.toString()} bytes in a file of ${bytes.length}`,
    );
  }
  const { fields, text } = parseHeader(bytes.subarray(lengthSize, end), file);
  if (!isRecord(fields)) throw damaged(file, "the header is not a JSON object");
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) throw damaged(file, `the header has "${duplicate}" twice`);
  return { fields, end };
}

function parseHeader(bytes: Uint8Array, file: string): { fields: unknown; text: string } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { fields: JSON.parse(text) as unknown, text };
  } catch (cause) {
    throw damaged(file, "the header is not JSON", { cause });
  }
}

function readEntry(name: string, value: unknown, file: string): Entry {
  if (!isRecord(value)) throw damaged(file, `tensor "${name}" is not described by an object`);
  const { dtype: typeName, shape, data_offsets: offsets } = value;
  const dtype = dtypes.find((candidate) => formats[candidate].name === typeName);
  if (dtype === undefined) {
    const known = dtypes.map((each) => formats[each].name).join(", ");
    throw new FormatError(
      `${file}: tensor "${name}" has dtype ${JSON.stringify(typeName)}; supported are ${known}. Convert it to one of them.`,
      { details: { file, tensor: name } },
    );
  }
  if (!isSizes(shape)) throw damaged(file, `tensor "${name}" has shape ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw damaged(file, `tensor "${name}" has data_offsets ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = sizeOf(shape) * formats[dtype].size;
  if (end - begin !== expected) {
    throw damaged(
      file,
      `tensor "${name}" of shape [${shape.join(", ")}] and dtype ${formats[dtype].name} needs ${expected} bytes, ` +
        `its data_offsets [${begin}, ${end}] span ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** The tensors must cover the data exactly, one after the other. */
function checkLayout(entries: readonly Entry[], dataSize: number, file: string): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > dataSize) {
      throw damaged(file, `tensor "${name}" ends at byte ${end} of ${dataSize} bytes of data`);
    }
    if (begin !== covered) {
      const fault = begin < covered ? "overlaps the tensor before it" : "leaves a hole before it";
      throw damaged(file, `tensor "${name}" begins at byte ${begin}, expected ${covered}: it ${fault}`);
    }
    covered = end;
  }
  if (covered !== dataSize) {
    throw damaged(file, `${dataSize - covered} bytes at the end belong to no tensor`);
  }
}

function readMetadata(metadata: unknown, file: string): Readonly<Record<string, string>> {
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw damaged(file, "__metadata__ is not an object of strings");
  }
  return metadata as Record<string, string>;
}

function hostTensor({ dtype, shape }: Entry, bytes: Uint8Array, copy: boolean): HostTensor {
  const { array, size } = formats[dtype];
  const { buffer, byteOffset } = bytes;
  const data =
    !copy && buffer instanceof ArrayBuffer && byteOffset % size === 0
      ? array(buffer, byteOffset, bytes.length / size)
      : array(new Uint8Array(bytes).buffer);
  return { dtype, shape, data } as HostTensor;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function damaged(file: string, fault: string, options?: ErrorOptions): FormatError {
  return new FormatError(
    `${file}: ${fault}. The file is damaged, truncated or no safetensors file: save or download it again.`,
    { ...options, details: { file } },
  );
}
