import type { Backbone, Head, HostTensor } from "@incipit/core";
import { encodeExamples, encodeFeatures, type Texts } from "@incipit/data";
import { chooseFeature, pooledFeature, type PooledFeatureOptions } from "@incipit/heads";
import { named, toFloat32 } from "@incipit/tensor";
import { EVALUATION_BATCH } from "../defaults.js";

/** The frozen model's feature of each text, `[texts, width]`. */
export type EmbedTexts = (texts: readonly Texts[]) => Promise<HostTensor<"float32">>;

/** How texts are read, and what of the model is taken. */
export interface EmbedOptions extends PooledFeatureOptions {
  /** Tokens of a text that are read. */
  readonly maxLength: number;
}

/** Gives, after one pass of texts through the frozen model, what a head without a prompt reads of each. */
export function textEmbedder(backbone: Backbone, { maxLength, ...pooled }: EmbedOptions): EmbedTexts {
  return async (texts) => {
    const { tokenizer, features } = backbone;
    const { name, width } = chooseFeature(features, pooled.feature);
    const encodings = encodeExamples(tokenizer, texts, { maxLength });
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
  };
}

/** A head that gives what heads read, token states pooled, and learns nothing. */
function featureHead(name: string, pooled: PooledFeatureOptions): Head {
  return {
    parameters: () => [],
    build: (ops, context) => ({ [name]: pooledFeature(ops, context, pooled) }),
  };
}
