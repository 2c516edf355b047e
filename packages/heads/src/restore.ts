import { ConfigError, type Head, type Json, type ModuleConfig } from "@incipit/core";
import { zeros } from "@incipit/tensor";
import { labelSimilarity } from "./label-similarity.js";
import { lateFusion } from "./late-fusion.js";
import { modelOutput } from "./model-output.js";
import type { PooledFeatureOptions, Pooling } from "./pooling.js";
import { softmaxHead } from "./softmax-head.js";

/** Makes a head from what a saved prompt remembers of it; parameters come from the saved tensors. */
export type HeadFactory = (config: ModuleConfig) => Head;

const POOLINGS: readonly Json[] = ["mean", "mean-all", "first", "after-prompt"] satisfies Pooling[];

function isPooling(value: Json | undefined): value is Pooling {
  return value !== undefined && POOLINGS.includes(value);
}

function pooled({ feature, pooling }: ModuleConfig): PooledFeatureOptions {
  return {
    ...(typeof feature === "string" ? { feature } : {}),
    ...(isPooling(pooling) ? { pooling } : {}),
  };
}

const factories: Readonly<Record<string, HeadFactory>> = {
  softmax: (config) => softmaxHead({ labels: Number(config["labels"]), ...pooled(config) }),
  "label-similarity": (config) =>
    labelSimilarity({
      embeddings: zeros("float32", [Number(config["labels"]), Number(config["width"])]),
      scale: Number(config["scale"]),
      ...pooled(config),
    }),
  "late-fusion": (config) =>
    lateFusion({
      labels: Number(config["labels"]),
      promptWidth: Number(config["promptWidth"]),
      ...pooled(config),
    }),
  "model-output": ({ feature }) => modelOutput(typeof feature === "string" ? feature : undefined),
};

/**
 * The head that a config describes; `custom` adds types of your own.
 * @throws {ConfigError} when nothing makes heads of this type
 */
export function restoreHead(config: ModuleConfig, custom: Readonly<Record<string, HeadFactory>> = {}): Head {
  const known = { ...factories, ...custom };
  const factory = known[config.type];
  if (factory === undefined) {
    throw new ConfigError(
      `Nothing makes heads of type "${config.type}"; known are ${Object.keys(known).join(", ")}.`,
    );
  }
  return factory(config);
}
