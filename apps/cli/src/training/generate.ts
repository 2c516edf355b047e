import { ConfigError } from "@incipit/core";
import { causalLanguageModel, modelOutput } from "@incipit/heads";
import { languageBatches, languageMetric, predictingLoss } from "../language-model.js";
import { readTexts } from "./data.js";
import { makePrompt, textLength } from "./parts.js";
import type { Task } from "./task.js";

/** `--task generate`: texts like those of the data, by the next word's probability. */
export const generate: Task = {
  taskType: "CAUSAL_LM",
  readData: (options) => readTexts(options, options.textColumn),
  async prepare({ options, backbone }) {
    if (backbone.generation === undefined) {
      throw new ConfigError(
        `--task generate: "${backbone.name}" generates no text. Give a decoder with --model.`,
      );
    }
    if (backbone.decoderStartIds !== undefined) {
      throw new ConfigError(`--task generate: "${backbone.name}" is an encoder-decoder; use --task seq2seq.`);
    }
    const { tokenizer } = backbone;
    const maxLength = textLength(options, backbone);
    const prompt = makePrompt({ ...options, placement: options.placement ?? "front" }, []);
    const parts = { prompt, head: modelOutput(), trainable: ["prompt"] as const };
    const step = await backbone.compile({
      ...(prompt && { prompt }),
      head: parts.head,
      trainable: parts.trainable,
      objective: causalLanguageModel(),
    });
    return {
      parts,
      setup: {
        step: predictingLoss(step),
        batches: ({ examples }, order) =>
          Promise.resolve(languageBatches(tokenizer, examples, { maxLength, ...order })),
      },
    };
  },
  metric: languageMetric,
  select: { metric: "loss", mode: "min" },
};
