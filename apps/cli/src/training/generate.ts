import type { TextExample } from "@incipit/data";
import { ConfigError } from "@incipit/core";
import { causalLanguageModel } from "@incipit/heads";
import { languageBatches, languageMetric } from "../language-model.js";
import { readTexts } from "./data.js";
import { evaluateTexts } from "../prediction/language.js";
import { textLength } from "./parts.js";
import type { Task } from "./task.js";
import { trainingOnWords } from "./words.js";

/** `--task generate`: texts like those of the data, by the next word's probability. */
export const generate: Task<TextExample> = {
  taskType: "CAUSAL_LM",
  readData: (options) => readTexts(options, options.textColumn),
  async prepare(work) {
    const { options, backbone } = work;
    if (backbone.generation === undefined) {
      throw new ConfigError(
        `--task generate: "${backbone.name}" generates no text. Give a decoder with --model.`,
      );
    }
    if (backbone.decoderStartIds !== undefined) {
      throw new ConfigError(`--task generate: "${backbone.name}" is an encoder-decoder; use --task seq2seq.`);
    }
    const maxLength = textLength(options, backbone);
    return trainingOnWords(work, causalLanguageModel(), (texts, order) =>
      languageBatches(backbone.tokenizer, texts, { maxLength, ...order }),
    );
  },
  metric: languageMetric,
  select: { metric: "loss", mode: "min" },
  evaluate: evaluateTexts,
};
