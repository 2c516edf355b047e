/** @file Reading data from files, in Node. The parsers themselves run anywhere. */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { ConfigError, DataError } from "@incipit/core";
import { type DelimitedOptions, parseCsv, parseTsv } from "./delimited.js";
import { type ReadOptions, type TextExample } from "./example.js";
import { parseJsonl } from "./jsonl.js";
import { decodeUtf8 } from "./utf8.js";

const readers = { ".csv": readCsv, ".tsv": readTsv, ".jsonl": readJsonl, ".ndjson": readJsonl };

/** The examples of a CSV file. @throws {DataError} when it cannot be read; see also `parseCsv` */
export async function readCsv(path: string, options: DelimitedOptions = {}): Promise<readonly TextExample[]> {
  return parseCsv(await readText(path), { name: path, ...options });
}

/** The examples of a file with tabs between its fields. @throws {DataError} when it cannot be read; see also `parseTsv` */
export async function readTsv(path: string, options: DelimitedOptions = {}): Promise<readonly TextExample[]> {
  return parseTsv(await readText(path), { name: path, ...options });
}

/** The examples of a JSON Lines file. @throws {DataError} when it cannot be read; see also `parseJsonl` */
export async function readJsonl(path: string, options: ReadOptions = {}): Promise<readonly TextExample[]> {
  return parseJsonl(await readText(path), { name: path, ...options });
}

/**
 * The examples of a file, read as its extension says: `.csv`, `.tsv`, `.jsonl` or `.ndjson`.
 * @throws {ConfigError} for another extension @throws {DataError} when it cannot be read; see also `parseCsv` and the others
 */
export async function readData(
  path: string,
  options: DelimitedOptions = {},
): Promise<readonly TextExample[]> {
  const extension = extname(path).toLowerCase();
  if (!isKnown(extension)) {
    throw new ConfigError(
      `${path}: cannot tell its format from ${extension === "" ? "a name without extension" : `"${extension}"`}; ` +
        `known are ${Object.keys(readers).join(", ")}.`,
      { details: { path, extension } },
    );
  }
  return readers[extension](path, options);
}

function isKnown(extension: string): extension is keyof typeof readers {
  return Object.hasOwn(readers, extension);
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new DataError(`${path}: cannot be read (${(cause as Error).message}); check the path.`, {
      cause,
      details: { path },
    });
  }
  return decodeUtf8(bytes, path);
}
