import { type Backbone, MismatchError, type NamedTensors } from "@incipit/core";
import { collateText, type EncodedWords, encodeWords } from "@incipit/data";
import { named } from "@incipit/tensor";
import { type Adapter } from "./adapter.js";
import { labelsOf, type PromptAtWork, putToWork, type RestoreOptions } from "./prompt-at-work.js";

/** A saved prompt put to work on its model, to tag words. */
export interface Tagger extends PromptAtWork {
  /** The tags, in the order of the logits. */
  readonly labels: readonly string[];
  /** Sentences of words as the model reads them; those longer than `maxLength` in parts. */
  encode(sentences: readonly (readonly string[])[]): readonly EncodedWords[];
  /** A tag for each word, `O` where the tokenizer leaves nothing of it; all sentences are run as one batch. */
  tag(sentences: readonly (readonly string[])[]): Promise<readonly (readonly string[])[]>;
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
  const labels = labelsOf(adapter, "tag");
  const prompt = await putToWork({ head: OWN_HEAD, ...adapter }, backbone, options);
  const { step, parameters, maxLength } = prompt;
  const { tokenizer } = backbone;
  const encode: Tagger["encode"] = (sentences) => encodeWords(tokenizer, sentences, { maxLength });
  return {
    ...prompt,
    labels,
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
