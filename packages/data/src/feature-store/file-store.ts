import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, FormatError, type NamedTensors } from "@incipit/core";
import { readSafetensors, writeSafetensors } from "@incipit/safetensors";
import type { FeatureStore } from "./stored-features.js";

/** Most bytes that one read of a file may ask for. */
const READ_SIZE = 2 ** 30;
/** Milliseconds after which no one is still writing a temporary file. */
const ABANDONED = 24 * 60 * 60 * 1000;

/**
 * Features in a folder, a safetensors file for each fingerprint; the folder is made when the first is saved, and any file may be
 * deleted at any time.
 *
 * A file appears as a whole or not at all, however many processes write it. It is read once, into memory of which the tensors are
 * views; its own checksum tells whether it is still what was written.
 */
export function fileFeatures(folder: string): FeatureStore {
  const pathOf = (fingerprint: string) => join(folder, `${fingerprint}.safetensors`);
  return {
    async load(fingerprint) {
      const path = pathOf(fingerprint);
      const bytes = await readBytes(path);
      if (bytes === undefined) return undefined;
      const { tensors, metadata } = readSafetensors(bytes, { file: path, copy: false });
      check(path, "fingerprint", metadata["fingerprint"], fingerprint);
      check(path, "checksum", metadata["sha256"], checksum(tensors));
      return tensors;
    },
    async save(fingerprint, features) {
      const path = pathOf(fingerprint);
      const bytes = writeSafetensors(features, { fingerprint, sha256: checksum(features) });
      try {
        await mkdir(folder, { recursive: true });
        await removeAbandoned(folder);
        await replaceFile(path, bytes);
      } catch (cause) {
        throw new ConfigError(
          `Features cannot be stored as ${path}: ${reasonOf(cause)}. Make room, or choose another folder.`,
          { cause, details: { path } },
        );
      }
    },
  };
}

/** The content of a file; nothing where there is none. Unlike `readFile` it takes files of more than 2 GiB. */
async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path);
    try {
      const bytes = new Uint8Array((await file.stat()).size);
      for (let offset = 0; offset < bytes.length;) {
        const { bytesRead } = await file.read(
          bytes,
          offset,
          Math.min(bytes.length - offset, READ_SIZE),
          offset,
        );
        if (bytesRead === 0) return bytes.subarray(0, offset);
        offset += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return undefined;
    throw new ConfigError(`The stored features ${path} cannot be read: ${reasonOf(cause)}.`, {
      cause,
      details: { path },
    });
  }
}

/** Each writer has a temporary file of its own, so that none sees another's half. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path.slice(0, -".safetensors".length)}.${randomUUID()}.safetensors.tmp`;
  try {
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What writers left behind that were killed. */
async function removeAbandoned(folder: string): Promise<void> {
  const temporaries = (await readdir(folder)).filter((name) => name.endsWith(".safetensors.tmp"));
  for (const name of temporaries) {
    const path = join(folder, name);
    const written = (await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (Date.now() - written > ABANDONED) await rm(path, { force: true });
  }
}

/** SHA-256 (hex) over the tensors, whatever the order of their names. */
function checksum(tensors: NamedTensors): string {
  const hash = createHash("sha256");
  for (const [name, { dtype, shape, data }] of Object.entries(tensors).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

function check(path: string, what: string, actual: string | undefined, expected: string): void {
  if (actual === expected) return;
  throw new FormatError(
    `${path}: its ${what} is ${actual ?? "missing"}, expected ${expected}. The file was damaged or renamed: delete it.`,
    { details: { path } },
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The system's words without the path, e.g. `ENOSPC: no space left on device`. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(",")[0] ?? error.message) : String(error);
}
