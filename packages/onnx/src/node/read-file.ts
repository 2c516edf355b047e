import { readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { FormatError } from "@incipit/core";
import type { Graph } from "../graph/graph.js";
import { PROTOBUF_LIMIT } from "../serde/context.js";
import { readModel } from "../serde/read.js";
import { type WeightFile, weightFile } from "./weight-file.js";

/** Smaller weights are read with the model: passes look at them, and they are too little to be worth a place of their own. */
const MIN_STORED_BYTES = 2 ** 16;

/** What to be told while a model is read. */
export interface ReadFileOptions {
  /** Called with the path of each file that the model is in: its own first, then those of its external data. */
  readonly onFile?: (path: string) => unknown;
}

/**
 * Read an ONNX file and the external data beside it. Large weights stay in these files: their data is read when it is asked
 * for, so that the files must stay as they are while the graph is in use.
 * @throws {FormatError} when the file cannot be read, is broken, or contains what is not supported
 */
export async function readModelFile(
  path: string,
  { onFile = () => undefined }: ReadFileOptions = {},
): Promise<Graph> {
  const { bytes, own } = await readWhole(path);
  onFile(path);
  const files = new Map<string, WeightFile>();
  return readModel(bytes, {
    name: path,
    ownData: (offset, length) => (length < MIN_STORED_BYTES ? undefined : own(offset, length)),
    externalData: (location, offset, length) => {
      const file = externalFile(dirname(path), location);
      const weights = files.get(file) ?? weightFile(file);
      if (!files.has(file)) onFile(file);
      files.set(file, weights);
      const region = weights(offset, length);
      return length < MIN_STORED_BYTES ? region.read() : region;
    },
  });
}

async function readWhole(path: string): Promise<{ readonly bytes: Uint8Array; readonly own: WeightFile }> {
  try {
    const { size } = await stat(path);
    if (size <= PROTOBUF_LIMIT) return { own: weightFile(path), bytes: await readFile(path) };
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
