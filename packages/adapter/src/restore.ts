import { MismatchError, type ParameterSpec, type PromptModule } from "@incipit/core";
import { PROMPT_EMBEDDINGS, type PromptFactory, restorePrompt } from "@incipit/prompts";
import { type Adapter } from "./adapter.js";

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
