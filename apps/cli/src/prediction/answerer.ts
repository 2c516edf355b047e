import { restoreAnswerer, type RestoreAnswererOptions } from "@incipit/adapter";
import { DataError } from "@incipit/core";
import { questionBatches } from "@incipit/data";
import { readQuestions } from "@incipit/data/node";
import { evaluate } from "@incipit/trainer";
import type { EvalCommandOptions } from "../commands/eval.js";
import type { PredictCommandOptions } from "../commands/predict.js";
import { EVALUATION_BATCH } from "../defaults.js";
import { answerMetric, type AnswerReport } from "../question-answering.js";
import type { Predictor } from "../training/task.js";
import { type OpenPrompt, restoreOptions, trainedWith } from "./open.js";

/** How well a prompt answers the questions of a file. */
export async function evaluateAnswerer(
  prompt: OpenPrompt,
  options: EvalCommandOptions,
): Promise<AnswerReport> {
  const answerer = await restore(prompt);
  try {
    const { step, parameters, maxAnswerTokens } = answerer;
    const questions = await readQuestions(options.data);
    const batches = questionBatches({
      windows: answerer.encode(questions),
      padId: prompt.backbone.tokenizer.padId,
      batchSize: EVALUATION_BATCH,
      bucketByLength: true,
    });
    const metric = answerMetric(questions, maxAnswerTokens);
    await evaluate({ step, parameters, batches, metric });
    return metric.report();
  } finally {
    await answerer.dispose();
  }
}

/** For each question, which is a text, its answer in the context, which is the second text: a line of it, or of JSON. */
export async function answererPredictor(
  prompt: OpenPrompt,
  { json }: PredictCommandOptions,
): Promise<Predictor> {
  const answerer = await restore(prompt);
  return {
    pairs: true,
    async predict(texts) {
      const questions = texts.map(({ text: question, pair: context }) => {
        if (context !== undefined) return { question, context };
        throw new DataError(
          `The question ${JSON.stringify(question)} has no context; it stands behind a tab.`,
        );
      });
      const found = await answerer.answer(questions);
      return found.map((answer, i) => {
        if (!json) return `${(answer?.text ?? "").replaceAll(/\s+/gu, " ")}\n`;
        const { text = null, start = null, end = null, score = null } = answer ?? {};
        return `${JSON.stringify({ question: questions[i]?.question, answer: text, start, end, score })}\n`;
      });
    },
    dispose: () => answerer.dispose(),
  };
}

/** Contexts are read, and answers as long, as in training. */
function restore({ adapter, backbone }: OpenPrompt) {
  const trained = (name: "stride" | "maxAnswerTokens"): RestoreAnswererOptions => {
    const value = trainedWith(adapter, name);
    return typeof value === "number" ? { [name]: value } : {};
  };
  return restoreAnswerer(adapter, backbone, {
    ...restoreOptions(adapter),
    ...trained("stride"),
    ...trained("maxAnswerTokens"),
  });
}
