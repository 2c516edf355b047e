import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "@incipit/core";
import { type Adapter } from "../adapter.js";
import { decodeAdapter, fileNames } from "../files.js";
import { reasonOf } from "./system-error.js";

/**
 * The adapter in a folder, made by us or by PEFT.
 * @throws {ConfigError} when the folder cannot be read, or holds no adapter or one of a kind that is not supported
 * @throws {FormatError} when a file is broken or the files do not belong together
 */
export async function loadAdapter(directory: string): Promise<Adapter> {
  return decodeAdapter(await readFiles(directory), directory);
}

async function readFiles(directory: string): Promise<Record<string, Uint8Array>> {
  try {
    const present = await readdir(directory);
    const names = Object.values(fileNames).filter((name) => present.includes(name));
    const contents = names.map(async (name) => [name, await readFile(join(directory, name))] as const);
    return Object.fromEntries(await Promise.all(contents));
  } catch (cause) {
    throw new ConfigError(`Cannot read the adapter ${directory}: ${reasonOf(cause)}. Check the path.`, {
      cause,
      details: { directory },
    });
  }
}
