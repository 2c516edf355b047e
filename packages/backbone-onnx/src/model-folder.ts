import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ConfigError, FormatError, type Backbone, type Placement } from "@incipit/core";
import { readModelFile } from "@incipit/onnx/node";
import type { SessionOptions } from "@incipit/runtime";
import { onnxBackbone } from "./backbone.js";
import { huggingFaceTokenizer } from "./tokenizer.js";

/** Which file of the folder, and how to run it. */
export interface ModelFolderOptions {
  /** The ONNX file, relative to the folder. @default `onnx/model.onnx`, or else `model.onnx` */
  readonly file?: string;
  /** Where virtual tokens stand. @default behind the first token where the graph reads that one by number, else in front */
  readonly placement?: Placement;
  /** Device and threads. */
  readonly session?: SessionOptions;
}

/** Where exporters put the model. */
const MODEL_FILES = ["onnx/model.onnx", "model.onnx"];

/** What different architectures call their longest input. */
const LENGTH_KEYS = ["max_position_embeddings", "n_positions", "max_sequence_length", "n_ctx"];

/**
 * A model in the layout of the Hugging Face hub (`config.json`, `tokenizer.json`, `onnx/model.onnx`) as a backbone.
 * @throws {ConfigError} when a file is missing, or the tokenizer has no padding token
 * @throws {FormatError} when a file is broken
 * @throws {GraphError} when the graph has no token embedding or no usable output
 */
export async function loadModelFolder(folder: string, options: ModelFolderOptions = {}): Promise<Backbone> {
  const file = join(folder, options.file ?? (await firstFile(folder, MODEL_FILES)));
  const config = await readJson(join(folder, "config.json"));
  const tokenizerBytes = await readRequired(join(folder, "tokenizer.json"));
  const tokenizerConfig = await readJson(join(folder, "tokenizer_config.json")).catch(() => ({}));
  const lengths = LENGTH_KEYS.map((key) => config[key]).filter((length) => typeof length === "number");
  return onnxBackbone({
    name: typeof config["_name_or_path"] === "string" ? config["_name_or_path"] : basename(resolve(folder)),
    graph: await readModelFile(file),
    fingerprint: sha256(await readFile(file)),
    tokenizer: huggingFaceTokenizer({
      tokenizer: parse(tokenizerBytes, join(folder, "tokenizer.json")),
      config: tokenizerConfig,
      fingerprint: sha256(tokenizerBytes),
    }),
    maxLength: lengths[0] ?? 512,
    ...(options.placement === undefined ? {} : { placement: options.placement }),
    ...(options.session === undefined ? {} : { session: options.session }),
  });
}

async function firstFile(folder: string, names: readonly string[]): Promise<string> {
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() === true) return name;
  }
  throw new ConfigError(`${folder}: expected a model at ${names.join(" or ")}, found none.`);
}

async function readRequired(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ConfigError(`${path}: this file of the model cannot be read.`, { cause });
  }
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  return parse(await readRequired(path), path);
}

function parse(bytes: Buffer, path: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  } catch (cause) {
    throw new FormatError(`${path}: not a JSON file.`, { cause });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
