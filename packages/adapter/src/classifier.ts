import {
  ConfigError,
  MismatchError,
  type Backbone,
  type Encoding,
  type NamedTensors,
  type Parameters,
  type TrainStep,
} from "@incipit/core";
import { collateText, encodeExamples, type Texts } from "@incipit/data";
import { encodeTemplate, template } from "@incipit/templates";
import { named } from "@incipit/tensor";
import { type Adapter } from "./adapter.js";
import { restoreStep, type RestoreStepOptions, textLength } from "./restore.js";

/** What a text was found to be. */
export interface Classification {
  /** The most probable label. */
  readonly label: string;
  /** P(label), for every label: the softmax of the logits. They add up to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A saved prompt put to work on its model. */
export interface Classifier {
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Runs the model with the prompt and the head; it has no objective. */
  readonly step: TrainStep;
  readonly parameters: Parameters;
  /** Longest text in tokens, special ones included; longer ones are cut. */
  readonly maxLength: number;
  /** Texts as the model reads them, in their template where there is one. */
  encode(texts: readonly Texts[]): readonly Encoding[];
  /** One classification per text; all texts are run as one batch. */
  classify(texts: readonly (string | Texts)[]): Promise<readonly Classification[]>;
  dispose(): Promise<void>;
}

/** Modules of your own, and how long a text may be. */
export interface RestoreOptions extends Pick<RestoreStepOptions, "prompts" | "heads"> {
  /** Longest text in tokens; by default what the model has room for beside the prompt. */
  readonly maxLength?: number;
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
  const { labels, parameters } = adapter;
  if (labels === undefined) {
    throw new ConfigError(
      "This adapter does not say what its labels are: it was not trained to classify, or by PEFT, whose adapters do not say.",
    );
  }
  const { prompts, heads, maxLength = textLength(adapter, backbone, prompts) } = options;
  const step = await restoreStep(adapter, backbone, { ...(prompts && { prompts }), ...(heads && { heads }) });
  const { tokenizer } = backbone;
  const pattern = adapter.template === undefined ? undefined : template(adapter.template);
  const encode = (examples: readonly Texts[]) =>
    pattern === undefined
      ? encodeExamples(tokenizer, examples, { maxLength })
      : encodeTemplate(tokenizer, pattern, examples, { maxLength });
  return {
    labels,
    step,
    parameters,
    maxLength,
    encode,
    async classify(texts) {
      if (texts.length === 0) return [];
      const examples = texts.map((text) => (typeof text === "string" ? { text } : text));
      const batch = collateText(encode(examples), { padId: tokenizer.padId });
      return classifications(await step.predict(batch, parameters), labels);
    },
    dispose: () => step.dispose(),
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
