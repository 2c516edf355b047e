import {
  type Backbone,
  type Encoding,
  type NamedTensors,
  type Parameters,
  type TrainStep,
} from "@incipit/core";
import { collateText, encodeExamples, type Texts } from "@incipit/data";
import { named } from "@incipit/tensor";
import { type Adapter } from "./adapter.js";
import { type RestoreOptions } from "./classifier.js";
import { restoreStep, textLength } from "./restore.js";

/** A saved prompt put to work on its model, and how it reads texts. */
export interface TextOutputs {
  /** Runs the model with the prompt and the head; it has no objective. */
  readonly step: TrainStep;
  readonly parameters: Parameters;
  /** Longest text in tokens, special ones included; longer ones are cut. */
  readonly maxLength: number;
  /** Texts as the model reads them. */
  encode(texts: readonly Texts[]): readonly Encoding[];
  dispose(): Promise<void>;
}

/**
 * A saved prompt, and the rows that one of its head's outputs has for texts, which are run as one batch.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt or head
 * @throws {ConfigError} when the adapter does not say what its head is
 */
export async function restoreTextOutputs(
  adapter: Adapter,
  backbone: Backbone,
  output: string,
  options: RestoreOptions,
): Promise<
  TextOutputs & {
    readonly rows: (texts: readonly (string | Texts)[]) => Promise<readonly (readonly number[])[]>;
  }
> {
  const { parameters } = adapter;
  const { prompts, heads, maxLength = textLength(adapter, backbone, prompts) } = options;
  const step = await restoreStep(adapter, backbone, { ...(prompts && { prompts }), ...(heads && { heads }) });
  const { tokenizer } = backbone;
  const encode = (texts: readonly Texts[]) => encodeExamples(tokenizer, texts, { maxLength });
  return {
    step,
    parameters,
    maxLength,
    encode,
    async rows(texts) {
      if (texts.length === 0) return [];
      const examples = texts.map((text) => (typeof text === "string" ? { text } : text));
      const batch = collateText(encode(examples), { padId: tokenizer.padId });
      return rowsOf(await step.predict(batch, parameters), output);
    },
    dispose: () => step.dispose(),
  };
}

function rowsOf(outputs: NamedTensors, output: string): readonly (readonly number[])[] {
  const { data, shape } = named(outputs, output);
  const [batch = 0] = shape;
  const width = data.length / batch;
  return Array.from({ length: batch }, (_, row) =>
    Array.from({ length: width }, (_value, i) => Number(data[row * width + i])),
  );
}
