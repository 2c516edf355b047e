/** @file Reading data from files, and keeping features in them, in Node. The parsers themselves run anywhere. */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { ConfigError, DataError } from "@incipit/core";
import { type DelimitedOptions, parseCsv, parseTsv } from "./delimited.js";
import { type ReadOptions, type TextExample } from "./example.js";
import { parseJsonl } from "./jsonl.js";
import { parseQuestionsJsonl, parseSquad, type Question } from "./questions.js";
import { parseConll, parseTaggedJsonl, type TaggedSentence } from "./tagged.js";
import { decodeUtf8 } from "./utf8.js";

export { featureFingerprint, type FeatureSource } from "./feature-store/fingerprint.js";
export { fileFeatures } from "./feature-store/file-store.js";
export {
  type FeatureStore,
  storedFeatures,
  type StoredFeaturesOptions,
} from "./feature-store/stored-features.js";

/** The readers of some formats, by the extensions of their files. */
type Readers<Read> = Readonly<Record<string, Read>>;

const readers = { ".csv": readCsv, ".tsv": readTsv, ".jsonl": readJsonl, ".ndjson": readJsonl } as const;
const taggedReaders = {
  ".conll": parseConll,
  ".txt": parseConll,
  ".tsv": parseConll,
  ".bio": parseConll,
  ".iob": parseConll,
  ".iob2": parseConll,
  ".jsonl": parseTaggedJsonl,
  ".ndjson": parseTaggedJsonl,
} as const;
const questionReaders = {
  ".json": parseSquad,
  ".jsonl": parseQuestionsJsonl,
  ".ndjson": parseQuestionsJsonl,
} as const;

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
  return readerOf<(file: string, options: DelimitedOptions) => Promise<readonly TextExample[]>>(
    path,
    readers,
  )(path, options);
}

/**
 * The tagged sentences of a file, read as its extension says: `.jsonl` and `.ndjson` by `parseTaggedJsonl`; `.conll`, `.txt`, `.tsv`,
 * `.bio`, `.iob` and `.iob2` by `parseConll`.
 * @throws {ConfigError} for another extension @throws {DataError} when it cannot be read
 */
export async function readTagged(path: string): Promise<readonly TaggedSentence[]> {
  return readerOf(path, taggedReaders)(await readText(path), { name: path });
}

/**
 * The questions of a file, read as its extension says: `.json` by `parseSquad`, `.jsonl` and `.ndjson` by `parseQuestionsJsonl`.
 * @throws {ConfigError} for another extension @throws {DataError} when it cannot be read
 */
export async function readQuestions(path: string): Promise<readonly Question[]> {
  return readerOf(path, questionReaders)(await readText(path), { name: path });
}

function readerOf<Read>(path: string, known: Readers<Read>): Read {
  const extension = extname(path).toLowerCase();
  const reader = Object.hasOwn(known, extension) ? known[extension] : undefined;
  if (reader !== undefined) return reader;
  throw new ConfigError(
    `${path}: cannot tell its format from ${extension === "" ? "a name without extension" : `"${extension}"`}; ` +
      `known are ${Object.keys(known).join(", ")}.`,
    { details: { path, extension } },
  );
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
