import type { PeftSettings } from "@incipit/adapter";
import {
  ConfigError,
  type BackboneInfo,
  type Head,
  type ParameterGroup,
  type PromptModule,
} from "@incipit/core";
import {
  labelSimilarity,
  lateFusion,
  modelOutput,
  type PooledFeatureOptions,
  softmaxHead,
} from "@incipit/heads";
import {
  fromLabels,
  fromRandom,
  fromText,
  fromVocabulary,
  type PromptInit,
  softPrompt,
} from "@incipit/prompts";
import type { TrainCommandOptions } from "../commands/train.js";
import type { EmbedTexts } from "./features.js";

/** The parts of a model that the options ask for. */
export interface Parts {
  /** None where only a head is trained. */
  readonly prompt: PromptModule | undefined;
  readonly head: Head;
  readonly trainable: readonly ParameterGroup[];
  /** What PEFT is told of a head that its models have, too: for which task, and which parameters are which of their modules. */
  readonly peft?: Pick<PeftSettings, "taskType" | "modules">;
}

/**
 * Prompt and head as the options ask for.
 * @param embed gives the embedded label descriptions where the head needs them
 * @throws {ConfigError} when a label is described that there is not
 */
export async function makeParts(
  options: TrainCommandOptions,
  labels: readonly string[],
  embed: EmbedTexts,
): Promise<Parts> {
  const descriptions = describeLabels(labels, options.describe ?? {});
  return {
    prompt: makePrompt(options, descriptions),
    head: await makeHead(options, descriptions, embed),
    trainable: trainableGroups(options),
  };
}

/** The heads that a task over tokens has. */
export interface TokenHeads {
  /** `--head softmax`: one that is learned, and what PEFT is told of it. */
  learned(): Head;
  readonly peft: NonNullable<Parts["peft"]>;
  /** `--head model`: the model's own. */
  own(): Head;
}

/**
 * A prompt in front, unless the options say otherwise, as PEFT's stand, and a head over tokens.
 * @throws {ConfigError} when the options ask for another kind of head
 */
export function partsOverTokens(options: TrainCommandOptions, heads: TokenHeads): Parts {
  const prompt = makePrompt({ ...options, placement: options.placement ?? "front" }, []);
  const trainable = trainableGroups(options);
  switch (options.head) {
    case "softmax":
      return { prompt, head: heads.learned(), trainable, peft: heads.peft };
    case "model":
      return { prompt, head: heads.own(), trainable };
    default:
      throw new ConfigError(
        `--head ${options.head} is not for --task ${options.task}; choose softmax or model.`,
      );
  }
}

/** The labels in words, in their order. @throws {ConfigError} for a description of an unknown label */
function describeLabels(
  labels: readonly string[],
  given: Readonly<Record<string, string>>,
): readonly string[] {
  const unknown = Object.keys(given).filter((label) => !labels.includes(label));
  if (unknown.length > 0) {
    throw new ConfigError(
      `--describe: the data has no label ${unknown.map(quote).join(", ")}; it has ${labels.map(quote).join(", ")}.`,
      { details: { unknown, labels } },
    );
  }
  return labels.map((label) => given[label] ?? label);
}

/**
 * The prompt that the options ask for.
 * @param descriptions the labels in words, where there are labels
 */
export function makePrompt(
  options: TrainCommandOptions,
  descriptions: readonly string[],
): PromptModule | undefined {
  const virtualTokens = virtualTokensOf(options);
  if (virtualTokens === 0) return undefined;
  const { placement } = options;
  return softPrompt({
    virtualTokens,
    init: initializer(options, descriptions),
    ...(placement && { placement }),
  });
}

/** How many virtual tokens there will be. Late fusion has its prompt within the head. */
function virtualTokensOf({ head, train, virtualTokens }: TrainCommandOptions): number {
  return head === "late-fusion" || train === "head" ? 0 : virtualTokens;
}

function initializer({ init }: TrainCommandOptions, descriptions: readonly string[]): PromptInit {
  switch (init) {
    case "labels":
      return fromLabels(descriptions);
    case "vocabulary":
      return fromVocabulary();
    case "random":
      return fromRandom();
    default:
      return fromText(init.slice("text:".length));
  }
}

/** What a head reads, as the options say. */
export function pooledOptions({ pooling, ...options }: TrainCommandOptions): PooledFeatureOptions {
  return { ...featureOption(options), ...(pooling && { pooling }) };
}

/** Which of the model's outputs a head reads, where the options say. */
export function featureOption({ feature }: Pick<TrainCommandOptions, "feature">): {
  readonly feature?: string;
} {
  return feature === undefined ? {} : { feature };
}

async function makeHead(
  options: TrainCommandOptions,
  descriptions: readonly string[],
  embed: EmbedTexts,
): Promise<Head> {
  const pooled = pooledOptions(options);
  const labels = descriptions.length;
  switch (options.head) {
    case "softmax":
      return softmaxHead({ labels, ...pooled });
    case "label-similarity":
      return labelSimilarity({ embeddings: await embed(descriptions.map((text) => ({ text }))), ...pooled });
    case "late-fusion":
      return lateFusion({ labels, ...pooled });
    case "model":
      return modelOutput(options.feature);
  }
}

/** What of prompt and head is learned, as the options say. */
export function trainableGroups({ train, head }: TrainCommandOptions): readonly ParameterGroup[] {
  const what = train ?? (head === "label-similarity" ? "prompt" : "both");
  return what === "both" ? ["prompt", "head"] : [what];
}

/** Whether all that is learned stands behind the model, whose features of a text then never change. */
export function learnsBehindModel({ prompt }: Parts, { head, modulesToSave }: TrainCommandOptions): boolean {
  return prompt === undefined && head !== "model" && modulesToSave === undefined;
}

/** Tokens of a text that the model has room for beside the virtual ones. @throws {ConfigError} when more are asked for */
export function textLength(
  options: TrainCommandOptions,
  backbone: Pick<BackboneInfo, "name" | "maxLength">,
): number {
  const { maxLength } = options;
  const virtualTokens = virtualTokensOf(options);
  const room = backbone.maxLength - virtualTokens;
  if (room < 1 || (maxLength ?? 0) > room) {
    throw new ConfigError(
      `The model ${backbone.name} takes ${backbone.maxLength} tokens; beside ${virtualTokens} virtual ones there is room for ` +
        `${Math.max(room, 0)} of the text${maxLength === undefined ? "" : `, not for ${maxLength}`}. ` +
        "Lower --virtual-tokens or --max-length.",
      { details: { maxLength: backbone.maxLength, virtualTokens } },
    );
  }
  return maxLength ?? room;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
