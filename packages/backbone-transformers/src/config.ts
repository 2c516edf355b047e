import { join } from "node:path";
import { ConfigError, FormatError } from "@incipit/core";
import type { PretrainedConfig } from "@huggingface/transformers";
import { type Library, reasonOf } from "./library.js";

/**
 * The configuration of the model in a folder.
 * @throws {ConfigError} when there is none
 * @throws {FormatError} when it is broken
 */
export async function readConfig(library: Library, folder: string): Promise<PretrainedConfig> {
  try {
    return await library.AutoConfig.from_pretrained(folder, { local_files_only: true });
  } catch (cause) {
    const path = join(folder, "config.json");
    if (cause instanceof library.ModelFileNotFoundError)
      throw new ConfigError(`${path} is missing: expected a folder as the hub has them.`, { cause });
    throw new FormatError(`${path} cannot be used: ${reasonOf(cause)}.`, { cause });
  }
}
