import { join } from "node:path";
import type { Backbone, Head, HostTensor } from "@incipit/core";
import { encodeExamples, encodeFeatures, type Texts } from "@incipit/data";
import { featureFingerprint, fileFeatures, storedFeatures } from "@incipit/data/node";
import { chooseFeature, pooledFeature, type PooledFeatureOptions } from "@incipit/heads";
import { named, toFloat32 } from "@incipit/tensor";
import envPaths from "env-paths";
import type { TrainCommandOptions } from "../commands/train.js";
import { EVALUATION_BATCH } from "../defaults.js";
import { say, warn } from "../messages.js";

/** The frozen model's feature of each text, `[texts, width]`. */
export type EmbedTexts = (texts: readonly Texts[]) => Promise<HostTensor<"float32">>;

/** How texts are read, and what of the model is taken. */
export interface EmbedOptions extends PooledFeatureOptions {
  /** Tokens of a text that are read. */
  readonly maxLength: number;
}

/** Gives, after one pass of texts through the frozen model, what a head without a prompt reads of each. */
export function textEmbedder(backbone: Backbone, { maxLength, ...pooled }: EmbedOptions): EmbedTexts {
  return (texts) => embed(backbone, encodeExamples(backbone.tokenizer, texts, { maxLength }), pooled);
}

/** The same, kept in files for the next run with the same model and texts, where the options do not say otherwise. */
export function cachingEmbedder(
  backbone: Backbone,
  { maxLength, ...pooled }: EmbedOptions,
  { featureCache, precision, quiet }: TrainCommandOptions,
): EmbedTexts {
  if (featureCache === false) return textEmbedder(backbone, { maxLength, ...pooled });
  const folder = featureCache ?? join(envPaths("incipit", { suffix: "" }).cache, "features");
  const { name } = chooseFeature(backbone.features, pooled.feature);
  const store = fileFeatures(folder);
  const settings = { pooling: pooled.pooling, precision };
  return async (texts) => {
    const encodings = encodeExamples(backbone.tokenizer, texts, { maxLength });
    const features = await storedFeatures({
      store,
      fingerprint: featureFingerprint({ backbone, encodings, features: [name], settings }),
      compute: async () => ({ [name]: await embed(backbone, encodings, pooled) }),
      onFound: () => {
        if (!quiet) say(`What the model says of ${texts.length} texts was kept in ${folder}.`);
      },
      onWarning: warn,
    });
    return toFloat32(named(features, name));
  };
}

async function embed(
  backbone: Backbone,
  encodings: ReturnType<typeof encodeExamples>,
  pooled: PooledFeatureOptions,
): Promise<HostTensor<"float32">> {
  const { tokenizer, features } = backbone;
  const { name, width } = chooseFeature(features, pooled.feature);
  const step = await backbone.compile({ head: featureHead(name, pooled) });
  try {
    const vectors = await encodeFeatures({
      backbone: {
        tokenizer,
        features: { [name]: { kind: "pooled", width } },
        encode: (batch) => step.predict(batch, {}),
      },
      encodings,
      batchSize: EVALUATION_BATCH,
    });
    return toFloat32(named(vectors, name));
  } finally {
    await step.dispose();
  }
}

/** A head that gives what heads read, token states pooled, and learns nothing. */
function featureHead(name: string, pooled: PooledFeatureOptions): Head {
  return {
    parameters: () => [],
    build: (ops, context) => ({ [name]: pooledFeature(ops, context, pooled) }),
  };
}
