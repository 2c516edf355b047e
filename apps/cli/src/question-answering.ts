/** @file Questions answered by words of their contexts: batches of them, and how well they are answered. */
import { answerSearch } from "@incipit/adapter";
import type { BatchSource, Metric, Tokenizer } from "@incipit/core";
import {
  encodeQuestions,
  type OrderOptions,
  type Question,
  questionBatches,
  type WindowOptions,
} from "@incipit/data";
import { squadMetric, type SquadValues } from "@incipit/metrics";

/** How well questions are answered. */
export interface AnswerReport {
  readonly questions: number;
  readonly values: SquadValues;
}

/** What batches of questions are made of. */
export interface AskedBatchOptions extends OrderOptions, WindowOptions {
  readonly tokenizer: Tokenizer;
}

/** Batches of questions with their contexts, in windows where those are long. */
export function askedBatches(
  questions: readonly Question[],
  { tokenizer, maxLength, stride, ...order }: AskedBatchOptions,
): BatchSource {
  const windows = encodeQuestions(tokenizer, questions, { maxLength, stride });
  return questionBatches({ windows, padId: tokenizer.padId, bucketByLength: true, ...order });
}

/**
 * A metric of answers to these questions, by SQuAD's rules; each is answered once, from all of its windows that were seen.
 * @param maxAnswerTokens most tokens of an answer
 */
export function answerMetric(
  questions: readonly Question[],
  maxAnswerTokens: number,
): Metric & { report(): AnswerReport } {
  const search = answerSearch(
    questions.map(({ context }) => context),
    { maxAnswerTokens },
  );
  const report = (): AnswerReport => {
    const squad = squadMetric();
    squad.update(
      search.answers().map((answer) => answer?.text ?? ""),
      questions.map(({ answers }) => answers.map(({ text }) => text)),
    );
    return { questions: questions.length, values: squad.values() };
  };
  return {
    update: (outputs, batch) => {
      search.update(outputs, batch);
    },
    values: () => report().values,
    report,
  };
}
