import { join } from "node:path";
import { ConfigError } from "@incipit/core";
import { download, type DownloadOptions } from "./download.js";
import { isFolder, missingFiles } from "./files.js";
import type { Library } from "./library.js";

/** Which of a model's files, and where from. */
export interface HubOptions extends DownloadOptions {
  /** Use only what is on this machine. @default false, or what `env.allowRemoteModels` of transformers.js says */
  readonly offline?: boolean | undefined;
}

/**
 * The folder in which transformers.js keeps a model: the user's own in `env.localModelPath`, or else its cache, into
 * which it downloads the files that are missing.
 * @throws {ConfigError} when a file is neither there nor can be downloaded
 */
export async function hubFolder(library: Library, id: string, options: HubOptions = {}): Promise<string> {
  const { env } = library;
  const { revision = "main", cacheDir = env.cacheDir, offline = !env.allowRemoteModels } = options;
  const own = join(env.localModelPath, id);
  if (await isFolder(own)) return own;
  if (cacheDir === null) throw new ConfigError("transformers.js has no cache directory; give `cacheDir`.");
  const folder = join(cacheDir, id, ...(revision === "main" ? [] : [revision]));
  const missing = await missingFiles(library, folder, options.dtype);
  if (missing.length === 0) return folder;
  if (offline) {
    throw new ConfigError(
      `${id}: ${missing.join(", ")} not found in ${folder}, nor is there a folder ${own}; offline, nothing is ` +
        "downloaded. Load the model once without `offline`, or give the path of a folder with its files.",
      { details: { id, folder, missing } },
    );
  }
  await download(library, id, folder, options);
  return folder;
}
