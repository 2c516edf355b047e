import { stat } from "node:fs/promises";
import { type Dtype, fileSuffix } from "@incipit/backbone-transformers/dtype";
import { type Backbone, ConfigError } from "@incipit/core";
import { say } from "./messages.js";

/** Which model to open, and on how many threads. */
export interface BackboneChoice {
  /** A folder in the hub's layout, or an id on the hub; the embedded encoder by default. */
  readonly model?: string | undefined;
  readonly dtype?: Dtype | undefined;
  /** Use only what is on this machine. */
  readonly offline?: boolean | undefined;
  readonly threads?: number | undefined;
}

/**
 * The frozen model that a command works on.
 * @throws {ConfigError} when a file of the model is missing, or the embedded one is asked for another dtype
 * @throws {FormatError} when one is broken
 * @throws {RuntimeError} when an id is given, and transformers.js is not installed
 */
export async function openBackbone({ model, dtype, offline, threads }: BackboneChoice): Promise<Backbone> {
  const session = threads === undefined ? {} : { threads };
  if (model === undefined) {
    if (dtype !== undefined)
      throw new ConfigError("--dtype: the embedded encoder comes in one; give a --model.");
    const { loadUse } = await import("@incipit/backbone-use");
    return loadUse({ session });
  }
  if (await isFolder(model)) {
    const { loadModelFolder } = await import("@incipit/backbone-onnx/node");
    return loadModelFolder(model, { session, ...(dtype && { suffix: fileSuffix(dtype) }) });
  }
  const { loadTransformers } = await import("@incipit/backbone-transformers");
  return loadTransformers(model, {
    ...{ dtype, offline, session },
    onProgress: ({ status, file }) => {
      if (status === "download") say(`Downloading ${file ?? ""} of ${model}`);
    },
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
