import type { Backbone } from "@incipit/core";

/** Which model to open, and on how many threads. */
export interface BackboneChoice {
  /** A folder in the hub's layout; the embedded encoder by default. */
  readonly model?: string | undefined;
  readonly threads?: number | undefined;
}

/**
 * The frozen model that a command works on.
 * @throws {ConfigError} when a file of the model is missing
 * @throws {FormatError} when one is broken
 */
export async function openBackbone({ model, threads }: BackboneChoice): Promise<Backbone> {
  const options = threads === undefined ? {} : { session: { threads } };
  if (model === undefined) {
    const { loadUse } = await import("@incipit/backbone-use");
    return loadUse(options);
  }
  const { loadModelFolder } = await import("@incipit/backbone-onnx/node");
  return loadModelFolder(model, options);
}
