import { sequenceToSequence, modelOutput } from "@incipit/heads";
import { answerBatches, languageMetric, predictingLoss } from "../language-model.js";
import { readTexts } from "./data.js";
import { makePrompt, textLength } from "./parts.js";
import type { Task } from "./task.js";

/** `--task seq2seq`: a text that answers each text, by the next word's probability in an encoder-decoder. */
export const seq2seq: Task = {
  taskType: "SEQ_2_SEQ_LM",
  readData: (options) => readTexts(options, options.targetColumn),
  async prepare({ options, backbone }) {
    const maxLength = textLength(options, backbone);
    const prompt = makePrompt({ ...options, placement: options.placement ?? "front" }, []);
    const parts = { prompt, head: modelOutput(), trainable: ["prompt"] as const };
    const batches = answerBatches(backbone, { maxLength });
    const step = await backbone.compile({
      ...(prompt && { prompt }),
      head: parts.head,
      trainable: parts.trainable,
      objective: sequenceToSequence(),
    });
    return {
      parts,
      setup: {
        step: predictingLoss(step),
        batches: ({ examples }, order) => Promise.resolve(batches(examples, order)),
      },
    };
  },
  metric: languageMetric,
  select: { metric: "loss", mode: "min" },
};
