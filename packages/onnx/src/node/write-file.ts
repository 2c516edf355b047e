import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Graph } from "../graph/graph.js";
import { byteLength, tensorToBytes } from "../graph/tensors.js";
import { writeModel } from "../serde/write.js";

/** How to write a file. */
export interface WriteFileOptions {
  /** Put the weights in a file of this name beside the model, or in `<model>.data` when true. Default: in the model. */
  readonly externalData?: boolean | string;
}

/** Tensors smaller than this stay in the model, where shape inference can see them. */
const MIN_EXTERNAL_BYTES = 1024;
/** So that readers can map the data into memory page by page. */
const PAGE = 4096;

/**
 * Write a graph as an ONNX file. The file appears whole or not at all: what was there before stays until all is
 * written.
 * @throws {FormatError} when the model is larger than 2 GB and `externalData` is not set
 */
export async function writeModelFile(
  path: string,
  graph: Graph,
  { externalData = false }: WriteFileOptions = {},
): Promise<void> {
  if (externalData === false) {
    const bytes = writeModel(graph);
    await writeAtomically(path, [{ bytes: () => bytes, offset: 0 }]);
    return;
  }
  const location = externalData === true ? `${basename(path)}.data` : externalData;
  const parts: Part[] = [];
  let end = 0;
  const model = writeModel(graph, {
    storeExternally: (weight) => {
      const length = byteLength(weight.dtype, weight.shape);
      if (length < MIN_EXTERNAL_BYTES) return undefined;
      const offset = Math.ceil(end / PAGE) * PAGE;
      parts.push({ bytes: () => tensorToBytes(weight), offset });
      end = offset + length;
      return { location, offset };
    },
  });
  await writeAtomically(join(dirname(path), location), parts);
  await writeAtomically(path, [{ bytes: () => model, offset: 0 }]);
}

/** Bytes and where in the file they go. */
interface Part {
  readonly bytes: () => Uint8Array;
  readonly offset: number;
}

async function writeAtomically(path: string, parts: readonly Part[]): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx");
    try {
      for (const part of parts) {
        const { offset } = part;
        const bytes = part.bytes();
        for (let done = 0; done < bytes.byteLength;) {
          // One write takes at most 2 GB.
          const length = Math.min(bytes.byteLength - done, 2 ** 30);
          done += (await file.write(bytes, done, length, offset + done)).bytesWritten;
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
