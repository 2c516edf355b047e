import type { Backbone } from "@incipit/core";
import { type Adapter } from "./adapter.js";
import { type RestoreOptions } from "./prompt-at-work.js";
import { restoreTextOutputs, type TextOutputs } from "./text-outputs.js";

/** A saved prompt put to work on its model, to embed texts. */
export interface Embedder extends TextOutputs {
  /** A vector per text; all texts are run as one batch. Where it is of length 1, the cosine of two is their product. */
  embed(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
}

/**
 * Put a saved prompt that embeds texts onto its model.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt
 * @throws {ConfigError} when the adapter does not say what its head is
 */
export async function restoreEmbedder(
  adapter: Adapter,
  backbone: Backbone,
  options: RestoreOptions = {},
): Promise<Embedder> {
  const { rows, ...restored } = await restoreTextOutputs(adapter, backbone, "embedding", options);
  return { ...restored, embed: rows };
}
