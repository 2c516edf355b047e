import { type Adapter, type Classifier, restoreClassifier } from "@incipit/adapter";
import { loadAdapter } from "@incipit/adapter/node";
import { dtypes } from "@incipit/backbone-transformers/dtype";
import { type Backbone, ConfigError, type Json, MismatchError } from "@incipit/core";
import { type BackboneChoice, openBackbone } from "../backbone.js";

/** A saved prompt, and the model that it was trained on. */
export interface OpenPrompt {
  readonly adapter: Adapter;
  readonly backbone: Backbone;
}

/** A saved prompt that tells labels, put to work on its model. */
export interface OpenClassifier extends OpenPrompt {
  readonly classifier: Classifier;
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

/**
 * Let a prompt tell labels, and free what that takes.
 * @throws {ConfigError} when it was not trained to
 */
export async function withClassifier<R>(
  { adapter, backbone }: OpenPrompt,
  use: (classifier: OpenClassifier) => Promise<R>,
): Promise<R> {
  if (isGenerator(adapter)) {
    throw new ConfigError(
      "This prompt was trained to generate text, not to tell labels; use incipit generate --prompt.",
    );
  }
  const maxLength = trainedWith(adapter, "maxLength");
  const options = typeof maxLength === "number" ? { maxLength } : {};
  const classifier = await restoreClassifier(adapter, backbone, options);
  try {
    return await use({ adapter, backbone, classifier });
  } finally {
    await classifier.dispose();
  }
}

/** Whether a prompt was trained to generate text. */
export function isGenerator(adapter: Adapter): boolean {
  return ["generate", "seq2seq"].some((task) => task === taskOf(adapter));
}

/** What a prompt was trained for; to tell labels where it does not say. */
export function taskOf(adapter: Adapter): Json {
  return trainedWith(adapter, "task") ?? "classify";
}

/** The model in the dtype that the prompt was trained on, unless another is asked for. */
export function asTrained(adapter: Adapter, choice: BackboneChoice): BackboneChoice {
  const trained = trainedWith(adapter, "dtype");
  const dtype = choice.dtype ?? dtypes.find((known) => known === trained);
  return { ...choice, dtype };
}

/** An option that the prompt was trained with. */
export function trainedWith({ provenance }: Adapter, option: string): Json | undefined {
  return provenance?.options?.[option];
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
