import type { Backbone, BatchSource, Encoding, HostTensor, TrainStep } from "@incipit/core";
import { type OrderOptions, tensorBatches, textBatches, type TextExample, type Texts } from "@incipit/data";
import { chooseFeature, crossEntropy } from "@incipit/heads";
import { tensor } from "@incipit/tensor";
import type { Selection } from "@incipit/trainer";
import type { LabelledTexts, Part } from "./data.js";
import type { EmbedTexts } from "./features.js";
import type { Parts } from "./parts.js";

/** A training step, and how examples become its batches. */
export interface Setup<E = unknown> {
  readonly step: TrainStep;
  batches(part: Part<E>, order: OrderOptions): Promise<BatchSource>;
  /** Which value of the task's metric decides what parameters are best, where the data makes it another than usual. */
  readonly select?: Selection;
}

/**
 * Training through the model: prompt, frozen model, head and loss are one ONNX graph.
 * @param encode how the model reads texts
 */
export async function throughModel(
  backbone: Backbone,
  { prompt, head, trainable }: Parts,
  encode: (texts: readonly Texts[]) => readonly Encoding[],
): Promise<Setup<TextExample>> {
  const step = await backbone.compile({
    ...(prompt && { prompt }),
    head,
    trainable,
    objective: crossEntropy(),
  });
  return {
    step,
    batches: ({ examples, labels }, order) => {
      const { padId } = backbone.tokenizer;
      const encodings = encode(examples);
      return Promise.resolve(textBatches({ encodings, labels, padId, bucketByLength: true, ...order }));
    },
  };
}

/** Training on what the model says of each text without a prompt, computed once; the steps are TF.js's. */
export async function onCachedFeatures(
  backbone: Backbone,
  { head, trainable }: Parts,
  embed: EmbedTexts,
  { feature, note }: { readonly feature: string | undefined; readonly note: (message: string) => void },
): Promise<Setup<TextExample>> {
  const { chooseBackend, tfjsStep } = await import("@incipit/tensor/tfjs");
  const { tf, reason } = await chooseBackend();
  note(reason);
  const { name, width } = chooseFeature(backbone.features, feature);
  const features = { [name]: { kind: "pooled", width } } as const;
  const cache = new Map<LabelledTexts, Promise<HostTensor>>();
  const cached = (texts: LabelledTexts) => {
    const vectors = cache.get(texts) ?? embed(texts.examples);
    cache.set(texts, vectors);
    return vectors;
  };
  return {
    step: tfjsStep({ tf, head, trainable, features, objective: crossEntropy() }),
    batches: async (texts, order) => {
      const labels = tensor("int64", [texts.labels.length], texts.labels);
      return tensorBatches({ tensors: { [name]: await cached(texts), labels }, ...order });
    },
  };
}
