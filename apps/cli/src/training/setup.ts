import { featureStep } from "@incipit/backbone-onnx";
import type {
  Backbone,
  BatchSource,
  Encoding,
  HostTensor,
  NamedTensors,
  Objective,
  TrainStep,
} from "@incipit/core";
import { type OrderOptions, tensorBatches, textBatches, type TextExample, type Texts } from "@incipit/data";
import { chooseFeature, crossEntropy } from "@incipit/heads";
import type { Selection } from "@incipit/trainer";
import type { Part } from "./data.js";
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

/** What training on features takes besides the parts. */
export interface FeatureSetup<E extends Texts> {
  readonly embed: EmbedTexts;
  /** The feature that the head reads, where the options say. */
  readonly feature: string | undefined;
  readonly objective: Objective;
  /** The objective's targets, a row for each example. */
  readonly targets: (part: Part<E>) => NamedTensors;
}

/** Training on what the model says of each text without a prompt, computed once: the steps are the head's alone. */
export async function onCachedFeatures<E extends Texts>(
  backbone: Backbone,
  { head, trainable }: Parts,
  { embed, feature, objective, targets }: FeatureSetup<E>,
): Promise<Setup<E>> {
  const { name, width } = chooseFeature(backbone.features, feature);
  const cache = new Map<Part<E>, Promise<HostTensor>>();
  const cached = (part: Part<E>) => {
    const vectors = cache.get(part) ?? embed(part.examples);
    cache.set(part, vectors);
    return vectors;
  };
  return {
    step: await featureStep({ head, trainable, features: { [name]: { kind: "pooled", width } }, objective }),
    batches: async (part, order) =>
      tensorBatches({ tensors: { [name]: await cached(part), ...targets(part) }, ...order }),
  };
}
