import { isAbsolute, resolve } from "node:path";
import { onnxBackbone, type OptimizationOptions } from "@incipit/backbone-onnx";
import { readModelFolder } from "@incipit/backbone-onnx/node";
import { ConfigError, type Backbone, type Placement } from "@incipit/core";
import type { SessionOptions } from "@incipit/runtime";
import { type ChatTokenizer, withChatTemplate } from "./chat.js";
import { readConfig } from "./config.js";
import { chooseDtype, fileSuffix } from "./dtype.js";
import { isFolder } from "./files.js";
import { hubFolder, type HubOptions } from "./hub.js";
import { loadLibrary } from "./library.js";

/** Which of the model's files, where from, and how to run them. */
export interface TransformersOptions extends HubOptions {
  /** What computes: `cpu`, `cuda`, `webgpu`, or whatever else ONNX Runtime has here. @default "cpu" */
  readonly device?: string | undefined;
  /** Threads and the like. */
  readonly session?: Omit<SessionOptions, "device"> | undefined;
  /** Where virtual tokens stand. @default behind the first token where the graph reads that one by number, else in front */
  readonly placement?: Placement | undefined;
  /** How training and prediction are made fast; `{ precision: "int8" }` computes the frozen products in 8 bits. */
  readonly optimization?: OptimizationOptions | undefined;
}

/** A backbone whose tokenizer may know how its model was taught to read dialogues. */
export interface TransformersBackbone extends Backbone {
  readonly tokenizer: ChatTokenizer;
}

/**
 * A model of the Hugging Face hub as a backbone: by its id, downloaded once into the cache of transformers.js, or from a
 * folder in the hub's layout.
 * @throws {ConfigError} when a file is neither there nor can be downloaded, or no such dtype is known
 * @throws {FormatError} when a file is broken
 * @throws {GraphError} when the graph has no place for a prompt or no usable output
 * @throws {RuntimeError} when `@huggingface/transformers` is not installed
 *
 * @example
 * const backbone = await loadTransformers("Xenova/all-MiniLM-L6-v2", { dtype: "q8" });
 */
export async function loadTransformers(
  model: string,
  options: TransformersOptions = {},
): Promise<TransformersBackbone> {
  const { device, session, placement, optimization } = options;
  const local = await isFolder(model);
  if (!local && isPath(model)) throw new ConfigError(`${model}: there is no such folder.`);
  const library = await loadLibrary();
  const folder = local ? resolve(model) : await hubFolder(library, model, options);
  const config = await readConfig(library, folder);
  const suffix = fileSuffix(chooseDtype(config, options.dtype));
  const read = await readModelFolder(folder, { suffix });
  const tokenizer = read.tokenizer && (await withChatTemplate(library, folder, read.tokenizer));
  const backbone = await onnxBackbone({
    ...read,
    ...(!local && { name: model }),
    ...(tokenizer && { tokenizer }),
    ...(placement !== undefined && { placement }),
    ...(optimization !== undefined && { optimization }),
    session: { ...session, ...(device !== undefined && { device }) },
  });
  return tokenizer === undefined ? backbone : { ...backbone, tokenizer };
}

/** Whether this can only be a path: ids have one slash at most. */
function isPath(model: string): boolean {
  return isAbsolute(model) || model.startsWith(".") || model.split(/[\\/]/).length > 2;
}
