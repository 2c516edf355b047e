import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ConfigError, FormatError, type Backbone, type Placement, type Tokenizer } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import { readModelFile } from "@incipit/onnx/node";
import type { OptimizationOptions } from "./optimization.js";
import type { SessionOptions } from "@incipit/runtime";
import { onnxBackbone, type OnnxBackboneOptions } from "./backbone.js";
import type { GenerationIds } from "./generation/step.js";
import { inputSizes } from "./input-sizes.js";
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
  /** How training and prediction are made fast. */
  readonly optimization?: OptimizationOptions;
}

/** What different architectures call their longest input. */
const LENGTH_KEYS = ["max_position_embeddings", "n_positions", "max_sequence_length", "n_ctx"];

/**
 * A model in the layout of the Hugging Face hub (`config.json`, `tokenizer.json`, `onnx/model.onnx`) as a backbone. The model
 * may also be `encoder_model.onnx` with `decoder_model.onnx` or `decoder_model_merged.onnx`, or a decoder alone. One of images
 * or sound has no tokenizer.
 * @throws {ConfigError} when a file is missing, or the tokenizer has no padding token
 * @throws {FormatError} when a file is broken
 * @throws {GraphError} when the graph has no token embedding or no usable output
 */
export async function loadModelFolder(folder: string, options: ModelFolderOptions = {}): Promise<Backbone> {
  const { placement, session, optimization, ...files } = options;
  return onnxBackbone({
    ...(await readModelFolder(folder, files)),
    ...(placement !== undefined && { placement }),
    ...(session !== undefined && { session }),
    ...(optimization !== undefined && { optimization }),
  });
}

/**
 * The files of a folder in the hub's layout, read but not yet made a backbone. The fingerprint is over the model's files, those
 * of its external data included.
 * @throws {ConfigError} when a file is missing, or the tokenizer has no padding token
 * @throws {FormatError} when a file is broken
 */
export async function readModelFolder(
  folder: string,
  options: ModelFileOptions = {},
): Promise<OnnxBackboneOptions> {
  const files =
    options.file === undefined ? await findModelFiles(folder, options.suffix) : { decoder: options.file };
  const config = await readJson(join(folder, "config.json"));
  const generationConfig = await readJson(join(folder, "generation_config.json")).catch(() => ({}));
  const lengths = LENGTH_KEYS.map((key) => config[key]).filter((length) => typeof length === "number");
  const hashed: string[] = [];
  const read = (file: string) => readModelFile(join(folder, file), { onFile: (path) => hashed.push(path) });
  const encoder = files.encoder === undefined ? undefined : await read(files.encoder);
  const decoder = await read(files.decoder);
  // A second decoder holds the weights of the first: its bytes tell nothing more.
  const fingerprint = await sha256OfFiles(hashed);
  return {
    name: typeof config["_name_or_path"] === "string" ? config["_name_or_path"] : basename(resolve(folder)),
    graph: {
      encoder,
      decoder,
      decoderWithPast: files.decoderWithPast === undefined ? undefined : await read(files.decoderWithPast),
    },
    fingerprint,
    ...((await hasTokenizer(folder, [encoder, decoder])) && { tokenizer: await readTokenizer(folder) }),
    maxLength: lengths[0] ?? 512,
    sizes: inputSizes(config),
    generation: generationIds({ ...config, ...generationConfig }),
  };
}

/** Whether there is a tokenizer, or must be one as the model takes token ids. */
async function hasTokenizer(folder: string, graphs: readonly (Graph | undefined)[]): Promise<boolean> {
  const takesIds = graphs.some((graph) => graph?.inputs.some(({ name }) => name.endsWith("input_ids")));
  return takesIds || (await exists(join(folder, "tokenizer.json")));
}

async function readTokenizer(folder: string): Promise<Tokenizer> {
  const path = join(folder, "tokenizer.json");
  const bytes = await readRequired(path);
  return huggingFaceTokenizer({
    tokenizer: parse(bytes, path),
    config: await readJson(join(folder, "tokenizer_config.json")).catch(() => ({})),
    fingerprint: createHash("sha256").update(bytes).digest("hex"),
  });
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

/** Over the bytes of these files, one after the other; they may be larger than memory. */
async function sha256OfFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }))
      hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
