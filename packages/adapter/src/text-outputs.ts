import { type Backbone, type Encoding, type NamedTensors } from "@incipit/core";
import { collateText, encodeExamples, type Texts } from "@incipit/data";
import { named } from "@incipit/tensor";
import { type Adapter } from "./adapter.js";
import { type PromptAtWork, putToWork, type RestoreOptions } from "./prompt-at-work.js";

/** A saved prompt put to work on its model, and how it reads texts. */
export interface TextOutputs extends PromptAtWork {
  /** Texts as the model reads them; those longer than `maxLength` are cut. */
  encode(texts: readonly Texts[]): readonly Encoding[];
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
  const prompt = await putToWork(adapter, backbone, options);
  const { step, parameters, maxLength } = prompt;
  const { tokenizer } = backbone;
  const encode = (texts: readonly Texts[]) => encodeExamples(tokenizer, texts, { maxLength });
  return {
    ...prompt,
    encode,
    async rows(texts) {
      if (texts.length === 0) return [];
      const examples = texts.map((text) => (typeof text === "string" ? { text } : text));
      const batch = collateText(encode(examples), { padId: tokenizer.padId });
      return rowsOf(await step.predict(batch, parameters), output);
    },
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
