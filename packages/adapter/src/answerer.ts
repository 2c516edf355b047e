import type { Backbone } from "@incipit/core";
import { collateQuestions, encodeQuestions, type QuestionWindow } from "@incipit/data";
import type { Adapter } from "./adapter.js";
import { answerSearch, type FindAnswerOptions, type FoundAnswer } from "./answers.js";
import { type PromptAtWork, putToWork, type RestoreOptions } from "./prompt-at-work.js";

/** A question, and a context that may have its answer. */
export interface AskedQuestion {
  readonly question: string;
  readonly context: string;
}

/** A saved prompt put to work on its model, to find answers in contexts. */
export interface Answerer extends PromptAtWork, FindAnswerOptions {
  /** Questions and contexts as the model reads them; long contexts in several windows. */
  encode(questions: readonly AskedQuestion[]): readonly QuestionWindow[];
  /** An answer to each question, words of its context; all windows are run as one batch. */
  answer(questions: readonly AskedQuestion[]): Promise<readonly (FoundAnswer | undefined)[]>;
}

/** How questions are read, and how long an answer may be. */
export interface RestoreAnswererOptions extends RestoreOptions, Partial<FindAnswerOptions> {
  /** How many tokens of a context a window shares with the one before. @default 128 */
  readonly stride?: number;
}

/**
 * Put a saved prompt that answers questions onto its model. Answers have 30 tokens at most unless `maxAnswerTokens` says otherwise.
 * @throws {MismatchError} when the adapter belongs to another model, or lacks a parameter of its prompt or head
 * @throws {ConfigError} when the adapter does not say what its head is
 */
export async function restoreAnswerer(
  adapter: Adapter,
  backbone: Backbone,
  options: RestoreAnswererOptions = {},
): Promise<Answerer> {
  const { stride = 128, maxAnswerTokens = 30, ...rest } = options;
  const prompt = await putToWork(adapter, backbone, rest);
  const { step, parameters, maxLength } = prompt;
  const { tokenizer } = backbone;
  const encode: Answerer["encode"] = (questions) =>
    encodeQuestions(tokenizer, questions, { maxLength, stride });
  return {
    ...prompt,
    maxAnswerTokens,
    encode,
    async answer(questions) {
      const search = answerSearch(
        questions.map(({ context }) => context),
        { maxAnswerTokens },
      );
      if (questions.length === 0) return search.answers();
      const batch = collateQuestions(encode(questions), { padId: tokenizer.padId });
      search.update(await step.predict(batch, parameters), batch);
      return search.answers();
    },
  };
}
