import {
  ConfigError,
  type BackboneInfo,
  type Head,
  type ModuleConfig,
  type Parameters,
  type PromptModule,
} from "@incipit/core";
import { type Adapter, type Provenance } from "./adapter.js";
import { modulePaths } from "./modules.js";
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
  /** Modules of the model that were trained too, as `compile` was told. PEFT gets them as its `modules_to_save`. */
  readonly modulesToSave?: readonly string[] | undefined;
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
export function adapterOf({ backbone, prompt, head, modulesToSave = [], ...rest }: TrainedParts): Adapter {
  const { name, fingerprint, tokenizer } = backbone;
  return {
    ...rest,
    ...(modulesToSave.length > 0 && { modulesToSave, peft: withModules(rest, modulesToSave) }),
    ...(prompt && {
      prompt: configOf("prompt module", prompt),
      placement: prompt.placement ?? backbone.placement,
    }),
    head: configOf("head", head),
    backbone: { name, fingerprint },
    tokenizer: { fingerprint: tokenizer.fingerprint },
  };
}

/** What PEFT is told, the trained modules included. */
function withModules(
  { parameters, peft = { taskType: "FEATURE_EXTRACTION" } }: Pick<TrainedParts, "parameters" | "peft">,
  modulesToSave: readonly string[],
): PeftSettings {
  const modules = { ...peft.modules, ...modulePaths(Object.keys(parameters), modulesToSave) };
  return Object.keys(modules).length === 0 ? peft : { ...peft, modules };
}

function configOf(what: string, { config }: { readonly config?: ModuleConfig }): ModuleConfig {
  if (config !== undefined) return config;
  throw new ConfigError(
    `This ${what} has no config, so it could not be made again; give it one to have it saved.`,
  );
}
