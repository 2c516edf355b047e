import type { TextExample } from "@incipit/data";
import { sequenceToSequence } from "@incipit/heads";
import { answerBatches, languageMetric } from "../language-model.js";
import { readTexts } from "./data.js";
import { evaluateAnswers } from "../prediction/language.js";
import { textLength } from "./parts.js";
import type { Task } from "./task.js";
import { trainingOnWords } from "./words.js";

/** `--task seq2seq`: a text that answers each text, by the next word's probability in an encoder-decoder. */
export const seq2seq: Task<TextExample> = {
  taskType: "SEQ_2_SEQ_LM",
  readData: (options) => readTexts(options, options.targetColumn),
  async prepare(work) {
    const { options, backbone } = work;
    const batches = answerBatches(backbone, { maxLength: textLength(options, backbone) });
    return trainingOnWords(work, sequenceToSequence(), batches);
  },
  metric: languageMetric,
  select: { metric: "loss", mode: "min" },
  evaluate: evaluateAnswers,
};
