import { closeSync, openSync, readSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { FormatError } from "@incipit/core";
import type { Graph } from "../graph/graph.js";
import { PROTOBUF_LIMIT } from "../serde/context.js";
import { readModel } from "../serde/read.js";

/** What to be told while a model is read. */
export interface ReadFileOptions {
  /** Called with the path of each file that the model is in: its own first, then those of its external data. */
  readonly onFile?: (path: string) => unknown;
}

/**
 * Read an ONNX file and the external data beside it.
 * @throws {FormatError} when the file cannot be read, is broken, or contains what is not supported
 */
export async function readModelFile(
  path: string,
  { onFile = () => undefined }: ReadFileOptions = {},
): Promise<Graph> {
  const seen = new Set<string>();
  const bytes = await readBytes(path);
  onFile(path);
  return readModel(bytes, {
    name: path,
    externalData: (location, offset, length) => {
      const file = externalFile(dirname(path), location);
      if (!seen.has(file)) onFile(file);
      seen.add(file);
      return readRange(file, offset, length);
    },
  });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= PROTOBUF_LIMIT) return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError(`${path}: cannot be read: ${reason}`, { details: { file: path }, cause });
  }
  throw new FormatError(
    `${path}: larger than the 2 GB that an ONNX file can hold; save the model with external data`,
    { details: { file: path } },
  );
}

function externalFile(folder: string, location: string): string {
  const relative = normalize(location);
  if (isAbsolute(relative) || relative.split(/[\\/]/).includes("..")) {
    throw new Error("the path leads out of the model's folder");
  }
  return join(folder, relative);
}

function readRange(path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(path, "r");
  try {
    // One read gives at most 2 GB.
    for (let read = 0; read < length;) {
      const count = readSync(file, bytes, read, Math.min(length - read, 2 ** 30), offset + read);
      if (count === 0) throw new Error(`the file ends after ${offset + read} of ${offset + length} bytes`);
      read += count;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}
