import {
  type Backbone,
  ConfigError,
  type Head,
  MismatchError,
  type ParameterSpec,
  type PromptModule,
  type TrainStep,
  type TrainStepParts,
} from "@incipit/core";
import { type HeadFactory, modelOutput, modelSpans, restoreHead } from "@incipit/heads";
import { PROMPT_EMBEDDINGS, type PromptFactory, restorePrompt } from "@incipit/prompts";
import { type Adapter } from "./adapter.js";
import { checkAdapter } from "./check.js";

/** Modules of your own, and what the step is for. */
export interface RestoreStepOptions extends Pick<TrainStepParts, "objective" | "trainable"> {
  /** What makes prompt modules and heads of types that are not Incipit's own. */
  readonly prompts?: Readonly<Record<string, PromptFactory>>;
  readonly heads?: Readonly<Record<string, HeadFactory>>;
}

/**
 * A saved prompt and head on their model: to predict with or, given an objective, to tell the loss or to train on. The values of
 * its parameters are the adapter's.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt, head or modules
 * @throws {ConfigError} when the adapter does not say what its head is, or the model lacks a module that was trained
 */
export async function restoreStep(
  adapter: Adapter,
  backbone: Backbone,
  { prompts, heads, ...parts }: RestoreStepOptions = {},
): Promise<TrainStep> {
  checkAdapter(adapter, backbone);
  const { modulesToSave } = adapter;
  const prompt = promptOf(adapter, prompts);
  const head = headOf(adapter, heads);
  const step = await backbone.compile({
    ...parts,
    ...(prompt && { prompt }),
    head,
    ...(modulesToSave && { modulesToSave }),
  });
  checkParameters(adapter, step.parameters);
  return step;
}

/**
 * The head of an adapter. PEFT's adapters do not say what it is: the model's own for the task.
 * @throws {ConfigError} when nothing makes heads of its type, or it is an adapter of PEFT for the model's features
 */
function headOf({ head, peft }: Adapter, custom?: Readonly<Record<string, HeadFactory>>): Head {
  if (head !== undefined) return restoreHead(head, custom);
  switch (peft?.taskType) {
    case "QUESTION_ANS":
      return modelSpans();
    case "SEQ_CLS":
    case "TOKEN_CLS":
    case "CAUSAL_LM":
    case "SEQ_2_SEQ_LM":
      return modelOutput();
    default:
      throw new ConfigError(
        "This adapter does not say what its head is (PEFT's own adapters for a model's features do not); compile its prompt " +
          "yourself.",
      );
  }
}

/**
 * The prompt module of an adapter, its virtual tokens where they stood in training. PEFT's adapters do not say what they are:
 * they are soft prompts in front. Nothing where only a head was trained.
 * @throws {ConfigError} when nothing makes prompt modules of its type
 */
export function promptOf(
  { prompt, placement, parameters }: Adapter,
  custom?: Readonly<Record<string, PromptFactory>>,
): PromptModule | undefined {
  if (prompt !== undefined)
    return restorePrompt(placement === undefined ? prompt : { ...prompt, placement }, custom);
  const [virtualTokens] = parameters[PROMPT_EMBEDDINGS]?.shape ?? [];
  return virtualTokens === undefined
    ? undefined
    : restorePrompt({ type: "soft-prompt", virtualTokens, placement: placement ?? "front" });
}

/** Tokens of a text that the model has room for beside the virtual ones. */
export function textLength(
  adapter: Adapter,
  { maxLength }: Pick<Backbone, "maxLength">,
  custom?: Readonly<Record<string, PromptFactory>>,
): number {
  return maxLength - (promptOf(adapter, custom)?.virtualTokens ?? 0);
}

/** @throws {MismatchError} when the adapter lacks one of these parameters, or has it in another shape */
export function checkParameters({ parameters }: Adapter, specs: readonly ParameterSpec[]): void {
  for (const { name, shape } of specs) {
    const saved = parameters[name];
    if (saved?.shape.join() !== shape.join()) {
      throw new MismatchError(
        `The adapter's "${name}" should be [${shape.join(", ")}], it is ${saved ? `[${saved.shape.join(", ")}]` : "missing"}.`,
      );
    }
  }
}
