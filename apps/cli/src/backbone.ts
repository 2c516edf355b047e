import { stat } from "node:fs/promises";
import type { OptimizationOptions } from "@incipit/backbone-onnx";
import { type Dtype, fileSuffix } from "@incipit/backbone-transformers/dtype";
import { type Backbone, ConfigError } from "@incipit/core";
import { say } from "./messages.js";

/** What the products with the frozen weights are computed in. */
export type Precision = NonNullable<OptimizationOptions["precision"]>;

/** All that there are. */
export const precisions = ["fp32", "int8"] as const satisfies readonly Precision[];

/** Which model to open, and how to run it. */
export interface BackboneChoice {
  /** A folder in the hub's layout, or an id on the hub; the embedded encoder by default. */
  readonly model?: string | undefined;
  readonly dtype?: Dtype | undefined;
  /** As the model comes by default. */
  readonly precision?: Precision | undefined;
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
export async function openBackbone(choice: BackboneChoice): Promise<Backbone> {
  const { model, dtype, precision, offline, threads } = choice;
  const running = {
    session: threads === undefined ? {} : { threads },
    optimization: precision === undefined ? {} : { precision },
  };
  if (model === undefined) {
    if (dtype !== undefined)
      throw new ConfigError("--dtype: the embedded encoder comes in one; give a --model.");
    const { loadUse } = await import("@incipit/backbone-use");
    return loadUse(running);
  }
  if (await isFolder(model)) {
    const { loadModelFolder } = await import("@incipit/backbone-onnx/node");
    return loadModelFolder(model, { ...running, ...(dtype && { suffix: fileSuffix(dtype) }) });
  }
  const { loadTransformers } = await import("@incipit/backbone-transformers");
  return loadTransformers(model, {
    ...{ dtype, offline, ...running },
    onProgress: ({ status, file }) => {
      if (status === "download") say(`Downloading ${file ?? ""} of ${model}`);
    },
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
