import { MismatchError, type Backbone, type Encoding, type NamedTensors } from "@incipit/core";
import { collateText, encodeExamples, type Texts } from "@incipit/data";
import { encodeTemplate, template } from "@incipit/templates";
import { named } from "@incipit/tensor";
import { type Adapter } from "./adapter.js";
import { labelsOf, type PromptAtWork, putToWork, type RestoreOptions } from "./prompt-at-work.js";

/** What a text was found to be. */
export interface Classification {
  /** The most probable label. */
  readonly label: string;
  /** P(label), for every label: the softmax of the logits. They add up to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A saved prompt put to work on its model. */
export interface Classifier extends PromptAtWork {
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Texts as the model reads them, in their template where there is one. */
  encode(texts: readonly Texts[]): readonly Encoding[];
  /** One classification per text; all texts are run as one batch. */
  classify(texts: readonly (string | Texts)[]): Promise<readonly Classification[]>;
}

/**
 * Put a saved classification prompt onto its model.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt or head
 * @throws {ConfigError} when the adapter does not say what its labels and its head are
 */
export async function restoreClassifier(
  adapter: Adapter,
  backbone: Backbone,
  options: RestoreOptions = {},
): Promise<Classifier> {
  const labels = labelsOf(adapter, "classify");
  const prompt = await putToWork(adapter, backbone, options);
  const { step, parameters, maxLength } = prompt;
  const { tokenizer } = backbone;
  const pattern = adapter.template === undefined ? undefined : template(adapter.template);
  const encode = (examples: readonly Texts[]) =>
    pattern === undefined
      ? encodeExamples(tokenizer, examples, { maxLength })
      : encodeTemplate(tokenizer, pattern, examples, { maxLength });
  return {
    ...prompt,
    labels,
    encode,
    async classify(texts) {
      if (texts.length === 0) return [];
      const examples = texts.map((text) => (typeof text === "string" ? { text } : text));
      const batch = collateText(encode(examples), { padId: tokenizer.padId });
      return classifications(await step.predict(batch, parameters), labels);
    },
  };
}

function classifications(outputs: NamedTensors, labels: readonly string[]): readonly Classification[] {
  const { data, shape } = named(outputs, "logits");
  const [batch = 0, width = 0] = shape;
  if (width !== labels.length) {
    throw new MismatchError(`The head gives ${width} logits, the adapter has ${labels.length} labels.`);
  }
  return Array.from({ length: batch }, (_, row) => {
    const logits = labels.map((_label, i) => Number(data[row * width + i]));
    const largest = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp(logit - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const probabilities = Object.fromEntries(labels.map((label, i) => [label, (weights[i] ?? 0) / total]));
    return { label: labels[logits.indexOf(largest)] ?? "", probabilities };
  });
}
