import type { Backbone } from "@incipit/core";
import type { Texts } from "@incipit/data";
import { type Adapter } from "./adapter.js";
import { type RestoreOptions } from "./prompt-at-work.js";
import { restoreTextOutputs, type TextOutputs } from "./text-outputs.js";

/** A saved prompt put to work on its model, to tell numbers. */
export interface Regressor extends TextOutputs {
  /** One number per text; all texts are run as one batch. */
  predict(texts: readonly (string | Texts)[]): Promise<readonly number[]>;
}

/**
 * Put a saved prompt that tells numbers onto its model.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt or head
 * @throws {ConfigError} when the adapter does not say what its head is
 */
export async function restoreRegressor(
  adapter: Adapter,
  backbone: Backbone,
  options: RestoreOptions = {},
): Promise<Regressor> {
  const { rows, ...restored } = await restoreTextOutputs(adapter, backbone, "prediction", options);
  return {
    ...restored,
    predict: async (texts) => (await rows(texts)).map(([value = NaN]) => value),
  };
}
