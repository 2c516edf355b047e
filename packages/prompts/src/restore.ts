import { ConfigError, type Json, type ModuleConfig, type Placement, type PromptModule } from "@incipit/core";
import { softPrompt } from "./soft-prompt.js";

/** Makes a prompt module from what a saved prompt remembers of it. */
export type PromptFactory = (config: ModuleConfig) => PromptModule;

const factories: Readonly<Record<string, PromptFactory>> = {
  "soft-prompt": ({ virtualTokens, placement }) =>
    softPrompt({
      virtualTokens: Number(virtualTokens),
      ...(placement === undefined ? {} : { placement: placementOf(placement) }),
    }),
};

/**
 * The prompt module that a config describes; `custom` adds types of your own.
 * @throws {ConfigError} when nothing makes modules of this type, or an option is not one of theirs
 */
export function restorePrompt(
  config: ModuleConfig,
  custom: Readonly<Record<string, PromptFactory>> = {},
): PromptModule {
  const known = { ...factories, ...custom };
  // The type comes from a file: only own keys count, not `constructor` and its kin.
  const factory = Object.hasOwn(known, config.type) ? known[config.type] : undefined;
  if (factory === undefined) {
    throw new ConfigError(
      `restorePrompt: nothing makes prompt modules of type "${config.type}"; known are ${Object.keys(known).join(", ")}. ` +
        `Pass a factory for it.`,
    );
  }
  return factory(config);
}

function placementOf(value: Json): Placement {
  if (value === "front" || value === "after-first") return value;
  throw new ConfigError(
    `restorePrompt: expected the placement "front" or "after-first", got ${JSON.stringify(value)}.`,
  );
}
