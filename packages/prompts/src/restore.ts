import { ConfigError, type ModuleConfig, type Placement, type PromptModule } from "@incipit/core";
import { softPrompt } from "./soft-prompt.js";

/** Makes a prompt module from what a saved prompt remembers of it. */
export type PromptFactory = (config: ModuleConfig) => PromptModule;

const factories: Readonly<Record<string, PromptFactory>> = {
  "soft-prompt": ({ virtualTokens, placement }) =>
    softPrompt({
      virtualTokens: Number(virtualTokens),
      ...(isPlacement(placement) ? { placement } : {}),
    }),
};

/**
 * The prompt module that a config describes; `custom` adds types of your own.
 * @throws {ConfigError} when nothing makes modules of this type
 */
export function restorePrompt(
  config: ModuleConfig,
  custom: Readonly<Record<string, PromptFactory>> = {},
): PromptModule {
  const known = { ...factories, ...custom };
  const factory = known[config.type];
  if (factory === undefined) {
    throw new ConfigError(
      `Nothing makes prompt modules of type "${config.type}"; known are ${Object.keys(known).join(", ")}.`,
    );
  }
  return factory(config);
}

function isPlacement(value: unknown): value is Placement {
  return value === "front" || value === "after-first";
}
