import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "./config.js";
import { chooseDtype, type Dtype } from "./dtype.js";
import type { Library } from "./library.js";

const TEXT_FILES = ["config.json", "tokenizer.json", "tokenizer_config.json"];

/** The files that transformers.js loads of a model and that are not in the folder, as far as its configuration is there. */
export async function missingFiles(library: Library, folder: string, wanted?: Dtype): Promise<string[]> {
  const missing = await missingFrom(folder, TEXT_FILES);
  if (missing.length > 0) return missing;
  const config = await readConfig(library, folder);
  const dtype = chooseDtype(config, wanted);
  const files = await library.ModelRegistry.get_model_files(folder, { config, dtype });
  // Weights, and what is kept beside them as `.onnx_data`; a `generation_config.json` may be missing.
  return missingFrom(
    folder,
    files.filter((file) => file.includes(".onnx")),
  );
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function missingFrom(folder: string, files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map((file) => stat(join(folder, file)).catch(() => undefined)));
  return files.filter((_, index) => found[index]?.isFile() !== true);
}
