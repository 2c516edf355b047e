import {
  ConfigError,
  type BackboneInfo,
  type Head,
  type ModuleConfig,
  type Parameters,
  type PromptModule,
} from "@incipit/core";
import { type Adapter, type Provenance } from "./adapter.js";
import { type PeftSettings } from "./peft/settings.js";

/** What was trained, on what. */
export interface TrainedParts {
  readonly backbone: Pick<BackboneInfo, "name" | "fingerprint" | "placement"> & {
    readonly tokenizer: Pick<BackboneInfo["tokenizer"], "fingerprint">;
  };
  /** None where only a head was trained. */
  readonly prompt?: PromptModule | undefined;
  readonly head: Head;
  readonly parameters: Parameters;
  /** What the classes are called, by index. */
  readonly labels?: readonly string[];
  /** The template that texts stood in. */
  readonly template?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly provenance?: Provenance;
  readonly peft?: PeftSettings;
}

/**
 * What was trained as an adapter to be saved: with all that is needed to put it to work again, and to refuse another model.
 * @throws {ConfigError} when the prompt module or the head has no `config` that makes it again
 */
export function adapterOf({ backbone, prompt, head, ...rest }: TrainedParts): Adapter {
  const { name, fingerprint, tokenizer } = backbone;
  return {
    ...rest,
    ...(prompt && {
      prompt: configOf("prompt module", prompt),
      placement: prompt.placement ?? backbone.placement,
    }),
    head: configOf("head", head),
    backbone: { name, fingerprint },
    tokenizer: { fingerprint: tokenizer.fingerprint },
  };
}

function configOf(what: string, { config }: { readonly config?: ModuleConfig }): ModuleConfig {
  if (config !== undefined) return config;
  throw new ConfigError(
    `This ${what} has no config, so it could not be made again; give it one to have it saved.`,
  );
}
