import type { Backbone, Encoding, HostTensor, NamedTensors } from "@incipit/core";
import { encodeExamples, encodeFeatures, labelIndices, stratifiedSplit } from "@incipit/data";
import { ConfigError } from "@incipit/core";
import { sample, seededRandom, tensor } from "@incipit/tensor";
import type { SpamExample } from "../spam/load-spam.js";

/** Tokens of a mail that the model sees; virtual tokens come on top. */
const MAX_LENGTH = 64;

/** Mails for each purpose, in equal shares of ham and spam as they come. */
const SIZES = { train: 1024, validation: 256, test: 768 } as const;

/** What the labels mean, in words: the label-similarity head compares mails with these. */
const DESCRIPTIONS = {
  ham: "a message from a colleague or a mailing list: a discussion, a question, an answer, news",
  spam: "an advertisement: buy now, free offer, make money fast, lose weight, click here to order",
} as const;

export const LABELS = Object.keys(DESCRIPTIONS) as (keyof typeof DESCRIPTIONS)[];

/** Some of the mails, encoded, with their classes and what the frozen model says of them. */
export interface Part {
  readonly encodings: readonly Encoding[];
  readonly labels: readonly number[];
  /** `embedding` `[mails, 512]` and `labels` `[mails]`: what heads without a prompt train on. */
  readonly features: NamedTensors;
}

export interface SpamTask {
  readonly backbone: Backbone;
  readonly train: Part;
  readonly validation: Part;
  readonly test: Part;
  /** The embedded label descriptions, `[labels, 512]`. */
  readonly labelEmbeddings: HostTensor<"float32">;
}

/** The mails of one seed, split with as much spam in each part, and run once through the frozen model. */
export async function spamTask(
  backbone: Backbone,
  mails: readonly SpamExample[],
  seed: number,
  onProgress: (done: number, total: number) => void,
): Promise<SpamTask> {
  const random = seededRandom(seed).stream("mails");
  const total = SIZES.train + SIZES.validation + SIZES.test;
  if (mails.length < total)
    throw new ConfigError(`The demo needs ${total} mails, the corpus has ${mails.length}.`);
  const shares = {
    train: SIZES.train / total,
    validation: SIZES.validation / total,
    test: SIZES.test / total,
  };
  const parts = stratifiedSplit(sample(random, mails, total), shares, random);

  let before = 0;
  const encode = async (examples: readonly SpamExample[]): Promise<Part> => {
    const encodings = encodeExamples(backbone.tokenizer, examples, { maxLength: MAX_LENGTH });
    const labels = labelIndices(LABELS, examples);
    const features = await encodeFeatures({
      backbone,
      encodings,
      features: ["embedding"],
      onProgress: (done) => {
        onProgress(before + done, total);
      },
    });
    before += examples.length;
    return { encodings, labels, features: { ...features, labels: tensor("int64", [labels.length], labels) } };
  };
  return {
    backbone,
    train: await encode(parts.train),
    validation: await encode(parts.validation),
    test: await encode(parts.test),
    labelEmbeddings: await embedDescriptions(backbone),
  };
}

async function embedDescriptions(backbone: Backbone): Promise<HostTensor<"float32">> {
  const texts = LABELS.map((label) => ({ text: DESCRIPTIONS[label] }));
  const encodings = encodeExamples(backbone.tokenizer, texts, { maxLength: MAX_LENGTH });
  const { embedding } = await encodeFeatures({ backbone, encodings, features: ["embedding"] });
  if (embedding?.dtype !== "float32") throw new ConfigError("The backbone gave no float32 embedding.");
  return embedding;
}
