import { ConfigError } from "@incipit/core";
import { z } from "zod";
import { decodeJson, encodeJson } from "../json.js";
import { headModules, taskTypes, type PeftSettings } from "./settings.js";

/** What is read of `adapter_config.json`. Everything else in it is about initialisation, which is over. */
export interface PeftConfig {
  readonly settings: Omit<PeftSettings, "modules">;
  readonly virtualTokens: number;
  /** Null where PEFT would ask the base model. */
  readonly width: number | null;
  /** Prompts in a file: 2 for encoder and decoder. */
  readonly submodules: number | null;
  /** The ends of the names of the modules that are saved with the prompt. */
  readonly modulesToSave: readonly string[];
}

const promptTuning = "PROMPT_TUNING";

const schema = z.object({
  peft_type: z.literal(promptTuning),
  task_type: z.enum(taskTypes).nullish(),
  num_virtual_tokens: z.int().positive(),
  token_dim: z.int().positive().nullish(),
  num_transformer_submodules: z.int().positive().nullish(),
  num_layers: z.int().nullish(),
  num_attention_heads: z.int().nullish(),
  base_model_name_or_path: z.string().nullish(),
  revision: z.string().nullish(),
  modules_to_save: z.array(z.string()).nullish(),
});

/**
 * `adapter_config.json` for virtual tokens of this shape. The initialisation is always called random: the alternatives would have
 * PEFT look for a tokenizer when it loads.
 */
export function encodeConfig(
  settings: PeftSettings,
  [virtualTokens, width]: readonly [number, number],
): Uint8Array {
  const modules = new Set([...headModules(settings.taskType), ...Object.values(settings.modules ?? {})]);
  return encodeJson({
    auto_mapping: null,
    base_model_name_or_path: settings.baseModel ?? null,
    inference_mode: true,
    modules_to_save: modules.size === 0 ? null : [...modules].toSorted(),
    num_attention_heads: settings.attentionHeads ?? null,
    num_layers: settings.layers ?? null,
    num_transformer_submodules: 1,
    num_virtual_tokens: virtualTokens,
    peft_type: promptTuning,
    prompt_tuning_init: "RANDOM",
    prompt_tuning_init_text: null,
    revision: settings.revision ?? null,
    task_type: settings.taskType,
    token_dim: width,
    tokenizer_name_or_path: null,
  });
}

/**
 * @param file what the bytes are called in messages
 * @throws {ConfigError} when the adapter is of a type that is not supported yet
 * @throws {FormatError} when the bytes are no adapter_config.json
 */
export function decodeConfig(bytes: Uint8Array, file: string): PeftConfig {
  const { peft_type: type } = decodeJson(bytes, z.object({ peft_type: z.string() }), file);
  if (type !== promptTuning) {
    throw new ConfigError(
      `${file}: adapters of peft_type ${type} are not supported yet, only ${promptTuning}. Train a soft prompt instead.`,
      { details: { file, peftType: type } },
    );
  }
  const config = decodeJson(bytes, schema, file);
  return {
    settings: {
      // PEFT leaves the task out of adapters that it does not know how to apply: their features are all there is.
      taskType: config.task_type ?? "FEATURE_EXTRACTION",
      ...given("baseModel", config.base_model_name_or_path),
      ...given("revision", config.revision),
      ...given("layers", config.num_layers),
      ...given("attentionHeads", config.num_attention_heads),
    },
    virtualTokens: config.num_virtual_tokens,
    width: config.token_dim ?? null,
    submodules: config.num_transformer_submodules ?? null,
    modulesToSave: config.modules_to_save ?? [],
  };
}

/** A field that is left out where there is no value. */
function given<K extends string, V>(key: K, value: V | null | undefined): Partial<Record<K, V>> {
  return value === null || value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
