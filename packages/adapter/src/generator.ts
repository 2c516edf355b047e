import { ConfigError, type Backbone, type GenerationStep, type Parameters } from "@incipit/core";
import { type PromptFactory } from "@incipit/prompts";
import { type Adapter } from "./adapter.js";
import { checkAdapter } from "./check.js";
import { moduleWeights } from "./modules.js";
import { checkParameters, promptOf } from "./restore.js";

/** A saved prompt in front of what its model generates: what `generate` of `@incipit/generation` takes. */
export interface Generator {
  readonly step: GenerationStep;
  readonly parameters: Parameters;
}

/**
 * Put a saved prompt onto its model to generate text.
 * @param options.prompts what makes prompt modules of types that are not Incipit's own
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt
 * @throws {ConfigError} when the model does not generate text, or the adapter has no prompt
 */
export async function restoreGenerator(
  adapter: Adapter,
  backbone: Backbone,
  options: { readonly prompts?: Readonly<Record<string, PromptFactory>> } = {},
): Promise<Generator> {
  checkAdapter(adapter, backbone);
  const prompt = promptOf(adapter, options.prompts);
  if (prompt === undefined) throw new ConfigError("The adapter has no prompt; only a head was trained.");
  const weights = moduleWeights(adapter.parameters, adapter.modulesToSave);
  const step = await backbone.generation?.({ prompt, weights });
  if (step === undefined) {
    throw new ConfigError(
      `The model "${backbone.name}" generates no text; use a decoder or an encoder-decoder.`,
    );
  }
  checkParameters(adapter, step.parameters);
  return { step, parameters: adapter.parameters };
}
