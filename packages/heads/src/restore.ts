import { ConfigError, type Head, type Json, type ModuleConfig } from "@incipit/core";
import { zeros } from "@incipit/tensor";
import { labelSimilarity } from "./label-similarity.js";
import { lateFusion } from "./late-fusion.js";
import { modelOutput } from "./model-output.js";
import { modelOutputs } from "./model-outputs.js";
import { pooledHead } from "./pooled-head.js";
import type { PooledFeatureOptions, Pooling } from "./pooling.js";
import { regressionHead } from "./regression-head.js";
import { softmaxHead } from "./softmax-head.js";
import { modelSpans, spanHead } from "./span-head.js";
import { modelTokens, tokenHead } from "./token-head.js";
import { type AnswerPosition, verbalizerHead } from "./verbalizer.js";

/** Makes a head from what a saved prompt remembers of it; parameters come from the saved tensors. */
export type HeadFactory = (config: ModuleConfig) => Head;

const POOLINGS: readonly Pooling[] = ["mean", "mean-all", "first", "after-prompt"];

const factories: Readonly<Record<string, HeadFactory>> = {
  softmax: (config) => softmaxHead({ labels: size(config, "labels"), ...pooled(config) }),
  "label-similarity": (config) =>
    labelSimilarity({
      embeddings: zeros("float32", [size(config, "labels"), size(config, "width")]),
      scale: option(config, "scale", "a number", isNumber),
      ...pooled(config),
    }),
  "late-fusion": (config) =>
    lateFusion({
      labels: size(config, "labels"),
      promptWidth: size(config, "promptWidth"),
      ...pooled(config),
    }),
  "model-output": (config) => modelOutput(feature(config)),
  "model-outputs": (config) => modelOutputs(option(config, "features", "a list of names", isNames)),
  "model-spans": () => modelSpans(),
  "model-tokens": (config) => modelTokens(feature(config)),
  pooled: (config) =>
    pooledHead({ ...optional(config, "normalize", "a boolean", isBoolean), ...pooled(config) }),
  regression: (config) =>
    regressionHead({
      ...optional(config, "mean", "a number", isNumber),
      ...optional(config, "deviation", "a number", isNumber),
      ...pooled(config),
    }),
  span: (config) => spanHead(chosenFeature(config)),
  tokens: (config) => tokenHead({ labels: size(config, "labels"), ...chosenFeature(config) }),
  verbalizer: (config) =>
    verbalizerHead({
      words: option(config, "words", "a list of token ids per label", isWords),
      answer: option(config, "answer", 'a mask\'s token id or "last"', isAnswer),
      feature: feature(config),
    }),
};

/**
 * The head that a config describes; `custom` adds types of your own.
 * @throws {ConfigError} when nothing makes heads of this type, or an option is not one of theirs
 */
export function restoreHead(config: ModuleConfig, custom: Readonly<Record<string, HeadFactory>> = {}): Head {
  const known = { ...factories, ...custom };
  // The type comes from a file: only own keys count, not `constructor` and its kin.
  const factory = Object.hasOwn(known, config.type) ? known[config.type] : undefined;
  if (factory === undefined) {
    throw new ConfigError(
      `restoreHead: nothing makes heads of type "${config.type}"; known are ${Object.keys(known).join(", ")}. ` +
        `Pass a factory for it.`,
    );
  }
  return factory(config);
}

function pooled(config: ModuleConfig): PooledFeatureOptions {
  const isPooling = (value?: Json): value is Pooling => POOLINGS.some((pooling) => pooling === value);
  return {
    ...chosenFeature(config),
    ...(config["pooling"] === undefined
      ? {}
      : { pooling: option(config, "pooling", POOLINGS.join(" or "), isPooling) }),
  };
}

function chosenFeature(config: ModuleConfig): { readonly feature?: string } {
  return config["feature"] === undefined ? {} : { feature: feature(config) };
}

function isWords(value?: Json): value is readonly (readonly number[])[] {
  return Array.isArray(value) && value.every((ids) => Array.isArray(ids) && ids.every(Number.isInteger));
}

function isAnswer(value?: Json): value is AnswerPosition {
  return (
    value === "last" ||
    (typeof value === "object" &&
      value !== null &&
      Number.isInteger((value as { readonly mask?: Json }).mask))
  );
}

function isNumber(value?: Json): value is number {
  return typeof value === "number";
}

function isBoolean(value?: Json): value is boolean {
  return typeof value === "boolean";
}

function isNames(value?: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function feature(config: ModuleConfig): string {
  return option(config, "feature", "a name", (value) => typeof value === "string");
}

function size(config: ModuleConfig, name: string): number {
  const isSize = (value?: Json): value is number =>
    typeof value === "number" && Number.isInteger(value) && value > 0;
  return option(config, name, "a positive integer", isSize);
}

/** An option that a config need not have. @throws {ConfigError} when it is not what it should be */
function optional<N extends string, V extends Json>(
  config: ModuleConfig,
  name: N,
  expected: string,
  accepts: (value?: Json) => value is V,
): Partial<Readonly<Record<N, V>>> {
  if (config[name] === undefined) return {};
  return { [name]: option(config, name, expected, accepts) } as Partial<Record<N, V>>;
}

/** @throws {ConfigError} when the option is missing or not what it should be */
function option<V extends Json>(
  config: ModuleConfig,
  name: string,
  expected: string,
  accepts: (value?: Json) => value is V,
): V {
  const value = config[name];
  if (accepts(value)) return value;
  throw new ConfigError(
    `restoreHead: a head of type "${config.type}" has as "${name}" ${expected}, got ${JSON.stringify(value)}.`,
  );
}
