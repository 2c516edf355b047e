import type { Question } from "@incipit/data";
import { readQuestions } from "@incipit/data/node";
import { answerSpan, modelSpans, spanHead } from "@incipit/heads";
import { answererPredictor, evaluateAnswerer } from "../prediction/answerer.js";
import { answerMetric, askedBatches } from "../question-answering.js";
import { readExamples } from "./data.js";
import { featureOption, partsOverTokens, textLength } from "./parts.js";
import type { Task } from "./task.js";

/** `--task qa`: words of a context that answer a question, where a head says that they begin and end. */
export const qa: Task<Question> = {
  taskType: "FEATURE_EXTRACTION",
  ownHeadType: "QUESTION_ANS",
  readData: (options) => readExamples(options, readQuestions),
  async prepare({ options, backbone }) {
    const parts = partsOverTokens(options, {
      learned: () => spanHead(featureOption(options)),
      peft: { taskType: "QUESTION_ANS", modules: { head: "qa_outputs" } },
      own: modelSpans,
    });
    const { prompt, head, trainable } = parts;
    const objective = answerSpan({ positions: "text" });
    const maxLength = textLength(options, backbone);
    const { tokenizer } = backbone;
    const { stride } = options;
    return {
      parts,
      setup: {
        step: await backbone.compile({ ...(prompt && { prompt }), head, trainable, objective }),
        batches: ({ examples }, order) =>
          Promise.resolve(askedBatches(examples, { tokenizer, maxLength, stride, ...order })),
      },
    };
  },
  metric: (_, { examples }, { maxAnswerTokens }) => answerMetric(examples, maxAnswerTokens),
  select: { metric: "f1", mode: "max" },
  evaluate: evaluateAnswerer,
  predictor: answererPredictor,
};
