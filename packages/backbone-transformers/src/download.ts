import { ConfigError } from "@incipit/core";
import type { PretrainedConfig, PreTrainedModel } from "@huggingface/transformers";
import { chooseDtype, type Dtype } from "./dtype.js";
import { missingFiles } from "./files.js";
import { type Library, reasonOf } from "./library.js";

/** How a download goes on, in the words of transformers.js: `status` is `progress`, `progress_total`, `done`… */
export interface DownloadProgress {
  readonly status: string;
  readonly file?: string;
  /** Percent. */
  readonly progress?: number;
  /** Bytes. */
  readonly loaded?: number;
  readonly total?: number;
}

/** Which version of a model, and where to keep it. */
export interface DownloadOptions {
  /** What the weights are stored in. @default what the model's `transformers.js_config` names, or else `fp32` */
  readonly dtype?: Dtype | undefined;
  /** Branch, tag or commit. @default "main" */
  readonly revision?: string | undefined;
  /** Where downloaded files are kept. @default `env.cacheDir` of transformers.js */
  readonly cacheDir?: string | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/**
 * Brings a model's files into its folder in the cache of transformers.js.
 * @throws {ConfigError} when there is no such model or dtype, or no network
 */
export async function download(
  library: Library,
  id: string,
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  const { revision, cacheDir, onProgress } = options;
  const settings = {
    ...(revision !== undefined && { revision }),
    ...(cacheDir !== undefined && { cache_dir: cacheDir }),
    ...(onProgress !== undefined && { progress_callback: onProgress }),
  };
  try {
    const config = await library.AutoConfig.from_pretrained(id, settings);
    const dtype = chooseDtype(config, options.dtype);
    await library.AutoTokenizer.from_pretrained(id, settings);
    // No function of transformers.js downloads weights and leaves it at that. Where only its session fails, they are here.
    const model = await modelClass(library, config)
      .from_pretrained(id, { ...settings, config, dtype, device: "cpu" })
      .catch(async (error: unknown) => {
        if ((await missingFiles(library, folder, dtype)).length > 0) throw error;
      });
    await model?.dispose();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const advice =
      cause instanceof library.ModelFileNotFoundError
        ? "Check the id, the revision and the dtype; a private model needs a token in HF_TOKEN"
        : "Check the network, or give the path of a folder with the model's files";
    throw new ConfigError(`${id}: no such folder, and the download failed: ${reasonOf(cause)}. ${advice}.`, {
      cause,
      details: { id },
    });
  }
}

/** The class of the model's architecture, which knows its files; where transformers.js has none, the general one. */
function modelClass(
  library: Library,
  config: PretrainedConfig,
): Pick<typeof PreTrainedModel, "from_pretrained"> {
  const { architectures: [name = ""] = [] } = config as { readonly architectures?: readonly string[] };
  const found: unknown = new Map<string, unknown>(Object.entries(library)).get(name);
  return isModelClass(library, found) ? found : library.AutoModel;
}

function isModelClass(library: Library, value: unknown): value is typeof PreTrainedModel {
  return typeof value === "function" && value.prototype instanceof library.PreTrainedModel;
}
