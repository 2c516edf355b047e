import { ConfigError } from "@incipit/core";
import type { TextExample, Texts } from "@incipit/data";
import { verbalizerHead } from "@incipit/heads";
import { answerPosition, encodeTemplate, labelWords, template } from "@incipit/templates";
import { classify } from "./classify.js";
import { makePrompt, textLength } from "./parts.js";
import { throughModel } from "./setup.js";
import type { Task } from "./task.js";

/** `--task verbalize`: one of some labels for each text, by the words that the model expects in a template. */
export const verbalize: Task<TextExample> = {
  ...classify,
  async prepare({ options, data: { labels }, backbone }) {
    const { tokenizer, features } = backbone;
    if (options.template === undefined) {
      throw new ConfigError('--task verbalize needs a --template, such as "{text} It was {mask}."');
    }
    if (features["logits"]?.kind !== "tokens") {
      throw new ConfigError(
        `--task verbalize: "${backbone.name}" expects no words. Give a language model with --model, masked or causal.`,
      );
    }
    const pattern = template(options.template);
    const head = verbalizerHead({
      words: labelWords(tokenizer, labels, options.words),
      answer: answerPosition(pattern, tokenizer),
    });
    const descriptions = labels.map((label) => options.words?.[label]?.join(" ") ?? label);
    const parts = { prompt: makePrompt(options, descriptions), head, trainable: ["prompt"] as const };
    const maxLength = textLength(options, backbone);
    const encode = (texts: readonly Texts[]) => encodeTemplate(tokenizer, pattern, texts, { maxLength });
    return { parts, setup: await throughModel(backbone, parts, encode) };
  },
};
