import type { Adapter } from "@incipit/adapter";
import { loadAdapter } from "@incipit/adapter/node";
import { dtypes } from "@incipit/backbone-transformers/dtype";
import { type Backbone, type Json, MismatchError } from "@incipit/core";
import { type BackboneChoice, openBackbone, precisions } from "../backbone.js";

/** A saved prompt, and the model that it was trained on. */
export interface OpenPrompt {
  readonly adapter: Adapter;
  readonly backbone: Backbone;
}

/**
 * Load a prompt and its model, let them be used, and free the model.
 * @param folder what `incipit train` made
 * @throws {ConfigError} when there is no prompt in the folder
 * @throws {FormatError} when one of its files is broken
 * @throws {MismatchError} when it was trained on another model
 */
export async function withPrompt<R>(
  folder: string,
  choice: BackboneChoice,
  use: (prompt: OpenPrompt) => Promise<R>,
): Promise<R> {
  const adapter = await loadAdapter(folder);
  const backbone = await openBackbone(asTrained(adapter, choice));
  try {
    checkEmbedded(folder, adapter, backbone, choice);
    return await use({ adapter, backbone });
  } finally {
    await backbone.dispose();
  }
}

/** The model in the dtype and the precision that the prompt was trained on, unless others are asked for. */
export function asTrained(adapter: Adapter, choice: BackboneChoice): BackboneChoice {
  const trainedOn = <V extends string>(values: readonly V[], option: string) =>
    values.find((known) => known === trainedWith(adapter, option));
  return {
    ...choice,
    dtype: choice.dtype ?? trainedOn(dtypes, "dtype"),
    precision: choice.precision ?? trainedOn(precisions, "precision"),
  };
}

/** An option that the prompt was trained with. */
export function trainedWith({ provenance }: Adapter, option: string): Json | undefined {
  return provenance?.options?.[option];
}

/** Most tokens of a text that the prompt was trained on, where it was told. */
export function trainedLength(adapter: Adapter): number | undefined {
  const length = trainedWith(adapter, "maxLength");
  return typeof length === "number" ? length : undefined;
}

/** A text is as long at work as it was in training. */
export function restoreOptions(adapter: Adapter): { readonly maxLength?: number } {
  const maxLength = trainedLength(adapter);
  return maxLength === undefined ? {} : { maxLength };
}

/** Without `--model`, the prompt has to be one for the embedded encoder. */
function checkEmbedded(
  folder: string,
  { backbone: trained }: Adapter,
  backbone: Backbone,
  { model }: BackboneChoice,
): void {
  if (model !== undefined || trained === undefined || trained.fingerprint === backbone.fingerprint) return;
  throw new MismatchError(
    `${folder}: this prompt was trained on the model "${trained.name}" (${trained.fingerprint.slice(0, 12)}), not on the ` +
      `embedded encoder. Give that model with --model.`,
    { details: { folder, model: trained.name } },
  );
}
