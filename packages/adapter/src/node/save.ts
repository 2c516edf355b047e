import { ConfigError } from "@incipit/core";
import { type Adapter } from "../adapter.js";
import { encodeAdapter, fileNames } from "../files.js";
import { replaceFolder } from "./replace-folder.js";
import { reasonOf } from "./system-error.js";

/**
 * Save an adapter as a folder in PEFT's format. It appears as a whole: an adapter that was there is replaced only when the new one
 * is complete, and its folder's other files stay.
 * @throws {ConfigError} when the folder cannot be written, or the adapter cannot be told to PEFT (see `encodeAdapter`)
 */
export async function saveAdapter(directory: string, adapter: Adapter): Promise<void> {
  const files = encodeAdapter(adapter);
  try {
    await replaceFolder(directory, files, Object.values(fileNames));
  } catch (cause) {
    throw new ConfigError(
      `Cannot write the adapter ${directory}: ${reasonOf(cause)}. Choose a folder that can be written to.`,
      { cause, details: { directory } },
    );
  }
}
