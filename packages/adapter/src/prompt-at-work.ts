import { type Backbone, ConfigError, type Parameters, type TrainStep } from "@incipit/core";
import { type Adapter } from "./adapter.js";
import { restoreStep, type RestoreStepOptions, textLength } from "./restore.js";

/** Modules of your own, and how long a text may be. */
export interface RestoreOptions extends Pick<RestoreStepOptions, "prompts" | "heads"> {
  /** Longest text in tokens; by default what the model has room for beside the prompt. */
  readonly maxLength?: number;
}

/** A saved prompt on its model, whatever it is put to work at. */
export interface PromptAtWork {
  /** Runs the model with the prompt and the head; it has no objective. */
  readonly step: TrainStep;
  readonly parameters: Parameters;
  /** Most tokens that are read at once, special ones included. */
  readonly maxLength: number;
  dispose(): Promise<void>;
}

/**
 * Put a saved prompt and head onto their model, to predict with.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt or head
 * @throws {ConfigError} when the adapter does not say what its head is
 */
export async function putToWork(
  adapter: Adapter,
  backbone: Backbone,
  { prompts, heads, maxLength = textLength(adapter, backbone, prompts) }: RestoreOptions,
): Promise<PromptAtWork> {
  const step = await restoreStep(adapter, backbone, { ...(prompts && { prompts }), ...(heads && { heads }) });
  return { step, parameters: adapter.parameters, maxLength, dispose: () => step.dispose() };
}

/** @throws {ConfigError} when the adapter does not say what its labels are */
export function labelsOf({ labels }: Adapter, purpose: string): readonly string[] {
  if (labels !== undefined) return labels;
  throw new ConfigError(
    `This adapter does not say what its labels are: it was not trained to ${purpose}, or by PEFT, whose adapters do not say.`,
  );
}
