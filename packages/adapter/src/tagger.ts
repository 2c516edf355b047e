import {
  type Backbone,
  ConfigError,
  MismatchError,
  type NamedTensors,
  type Parameters,
  type TrainStep,
} from "@incipit/core";
import { collateText, type EncodedWords, encodeWords } from "@incipit/data";
import { named } from "@incipit/tensor";
import { type Adapter } from "./adapter.js";
import { type RestoreOptions } from "./classifier.js";
import { restoreStep, textLength } from "./restore.js";

/** A saved prompt put to work on its model, to tag words. */
export interface Tagger {
  /** The tags, in the order of the logits. */
  readonly labels: readonly string[];
  /** Runs the model with the prompt and the head; it has no objective. */
  readonly step: TrainStep;
  readonly parameters: Parameters;
  /** Most tokens that are read at once, special ones included; longer sentences are read in parts. */
  readonly maxLength: number;
  /** Sentences of words as the model reads them. */
  encode(sentences: readonly (readonly string[])[]): readonly EncodedWords[];
  /** A tag for each word, `O` where the tokenizer leaves nothing of it; all sentences are run as one batch. */
  tag(sentences: readonly (readonly string[])[]): Promise<readonly (readonly string[])[]>;
  dispose(): Promise<void>;
}

/** A model's own logits of tags, as `modelTokens` of `@incipit/heads` reads them. */
const OWN_HEAD = { type: "model-tokens", feature: "logits" };

/**
 * Put a saved prompt that tags words onto its model. Where the adapter does not say what its head is, it is the model's own.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt or head
 * @throws {ConfigError} when the adapter does not say what its labels are
 */
export async function restoreTagger(
  adapter: Adapter,
  backbone: Backbone,
  options: RestoreOptions = {},
): Promise<Tagger> {
  const { labels, parameters } = adapter;
  if (labels === undefined) {
    throw new ConfigError(
      "This adapter does not say what its labels are: it was not trained to tag, or by PEFT, whose adapters do not say.",
    );
  }
  const { prompts, heads, maxLength = textLength(adapter, backbone, prompts) } = options;
  const step = await restoreStep({ head: OWN_HEAD, ...adapter }, backbone, {
    ...(prompts && { prompts }),
    ...(heads && { heads }),
  });
  const { tokenizer } = backbone;
  const encode: Tagger["encode"] = (sentences) => encodeWords(tokenizer, sentences, { maxLength });
  return {
    labels,
    step,
    parameters,
    maxLength,
    encode,
    async tag(sentences) {
      const tags = sentences.map((words) => words.map(() => "O"));
      if (tags.flat().length === 0) return tags;
      const encoded = encode(sentences);
      const batch = collateText(
        encoded.map(({ encoding }) => encoding),
        { padId: tokenizer.padId },
      );
      const found = likeliest(await step.predict(batch, parameters), labels);
      encoded.forEach(({ sentence, firstWord, positions }, row) => {
        positions.forEach((position, word) => {
          const tag = position === undefined ? undefined : found[row]?.[position];
          if (tag !== undefined) tags[sentence]?.splice(firstWord + word, 1, tag);
        });
      });
      return tags;
    },
    dispose: () => step.dispose(),
  };
}

/** The label of each token's largest logit. */
function likeliest(outputs: NamedTensors, labels: readonly string[]): readonly (readonly string[])[] {
  const { data, shape } = named(outputs, "logits");
  const [batch = 0, seq = 0, width = 0] = shape;
  if (width !== labels.length) {
    throw new MismatchError(`The head gives ${width} logits, the adapter has ${labels.length} labels.`);
  }
  return Array.from({ length: batch }, (_, row) =>
    Array.from({ length: seq }, (_token, position) => {
      const first = (row * seq + position) * labels.length;
      const logits = labels.map((_label, i) => Number(data[first + i]));
      return labels[logits.indexOf(Math.max(...logits))] ?? "";
    }),
  );
}
