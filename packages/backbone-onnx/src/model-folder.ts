import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ConfigError, FormatError, type Backbone, type Placement, type Tokenizer } from "@incipit/core";
import { readModelFile } from "@incipit/onnx/node";
import type { SessionOptions } from "@incipit/runtime";
import { onnxBackbone, type OnnxBackboneOptions } from "./backbone.js";
import type { GenerationIds } from "./generation/step.js";
import { findModelFiles } from "./model-files.js";
import { huggingFaceTokenizer } from "./tokenizer.js";

/** Which ONNX files of the folder are the model. */
export interface ModelFileOptions {
  /** The file of a model that is a single one, relative to the folder. @default what is in the folder or its `onnx/` */
  readonly file?: string;
  /** How the files' names end before `.onnx`: `_quantized` for `onnx/model_quantized.onnx`. @default "" */
  readonly suffix?: string;
}

/** Which files of the folder, and how to run them. */
export interface ModelFolderOptions extends ModelFileOptions {
  /** Where virtual tokens stand. @default behind the first token where the graph reads that one by number, else in front */
  readonly placement?: Placement;
  /** Device and threads. */
  readonly session?: SessionOptions;
}

/** What the files of a folder say of their model: what `onnxBackbone` takes. */
export interface ModelFolder extends OnnxBackboneOptions {
  readonly tokenizer: Tokenizer;
}

/** What different architectures call their longest input. */
const LENGTH_KEYS = ["max_position_embeddings", "n_positions", "max_sequence_length", "n_ctx"];

/**
 * A model in the layout of the Hugging Face hub (`config.json`, `tokenizer.json`, `onnx/model.onnx`) as a backbone. The model
 * may also be `encoder_model.onnx` with `decoder_model.onnx` or `decoder_model_merged.onnx`, or a decoder alone.
 * @throws {ConfigError} when a file is missing, or the tokenizer has no padding token
 * @throws {FormatError} when a file is broken
 * @throws {GraphError} when the graph has no token embedding or no usable output
 */
export async function loadModelFolder(folder: string, options: ModelFolderOptions = {}): Promise<Backbone> {
  const { placement, session, ...files } = options;
  return onnxBackbone({
    ...(await readModelFolder(folder, files)),
    ...(placement !== undefined && { placement }),
    ...(session !== undefined && { session }),
  });
}

/**
 * The files of a folder in the hub's layout, read but not yet made a backbone.
 * @throws {ConfigError} when a file is missing, or the tokenizer has no padding token
 * @throws {FormatError} when a file is broken
 */
export async function readModelFolder(folder: string, options: ModelFileOptions = {}): Promise<ModelFolder> {
  const files =
    options.file === undefined ? await findModelFiles(folder, options.suffix) : { decoder: options.file };
  const config = await readJson(join(folder, "config.json"));
  const generationConfig = await readJson(join(folder, "generation_config.json")).catch(() => ({}));
  const tokenizerBytes = await readRequired(join(folder, "tokenizer.json"));
  const tokenizerConfig = await readJson(join(folder, "tokenizer_config.json")).catch(() => ({}));
  const lengths = LENGTH_KEYS.map((key) => config[key]).filter((length) => typeof length === "number");
  const read = (file: string) => readModelFile(join(folder, file));
  return {
    name: typeof config["_name_or_path"] === "string" ? config["_name_or_path"] : basename(resolve(folder)),
    graph: {
      encoder: files.encoder === undefined ? undefined : await read(files.encoder),
      decoder: await read(files.decoder),
      decoderWithPast: files.decoderWithPast === undefined ? undefined : await read(files.decoderWithPast),
    },
    fingerprint: sha256(
      ...(await Promise.all(
        [files.encoder, files.decoder].flatMap((file) =>
          file === undefined ? [] : [readFile(join(folder, file))],
        ),
      )),
    ),
    tokenizer: huggingFaceTokenizer({
      tokenizer: parse(tokenizerBytes, join(folder, "tokenizer.json")),
      config: tokenizerConfig,
      fingerprint: sha256(tokenizerBytes),
    }),
    maxLength: lengths[0] ?? 512,
    generation: generationIds({ ...config, ...generationConfig }),
  };
}

/** How texts begin and end, by the names of `config.json` and `generation_config.json`. */
function generationIds(config: Readonly<Record<string, unknown>>): GenerationIds {
  const ids = (key: string) => [config[key]].flat().filter((id) => typeof id === "number");
  return {
    endIds: ids("eos_token_id"),
    decoderStartIds: [...ids("decoder_start_token_id"), ...ids("forced_bos_token_id")],
  };
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

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
