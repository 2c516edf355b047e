import type { Batch, NamedTensors } from "@incipit/core";
import { bestSpan } from "@incipit/heads";
import { named } from "@incipit/tensor";

/** Words of a context that answer a question. */
export interface FoundAnswer {
  readonly text: string;
  /** Where in the context they begin and end, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** The sum of the logits of its first and its last token; comparable among answers to one question. */
  readonly score: number;
}

/** How answers are found. */
export interface FindAnswerOptions {
  /** Most tokens of an answer. */
  readonly maxAnswerTokens: number;
}

/** The best answers to questions, over all windows of their contexts that were seen. */
export interface AnswerSearch {
  /**
   * Look through windows of contexts.
   * @param outputs `start_logits` and `end_logits`, `[batch, seq]`
   * @param batch as `collateQuestions` of `@incipit/data` makes it
   */
  update(outputs: NamedTensors, batch: Batch): void;
  /** For each question, the best so far; nothing where no token stands for anything of its context. */
  answers(): readonly (FoundAnswer | undefined)[];
}

/**
 * Finds answers within the contexts of questions: in each window the span of the largest score, and of a question's windows the best.
 * @param contexts of all questions, by their index
 */
export function answerSearch(
  contexts: readonly string[],
  { maxAnswerTokens }: FindAnswerOptions,
): AnswerSearch {
  const best = new Map<number, FoundAnswer>();
  return {
    update(outputs, batch) {
      const [starts, ends] = [named(outputs, "start_logits"), named(outputs, "end_logits")];
      const offsets = named(batch, "offset_mapping").data;
      const [, width = 0] = starts.shape;
      Array.from(named(batch, "question_index").data, Number).forEach((question, row) => {
        const first = row * width;
        const place = (position: number, end: 0 | 1) => Number(offsets[(first + position) * 2 + end]);
        const logits = ({ data }: typeof starts) => Array.from(data.slice(first, first + width), Number);
        const span = bestSpan(logits(starts), logits(ends), {
          maxTokens: maxAnswerTokens,
          // Tokens of the question have the offset -1, and those that stand for blanks alone have no length.
          allowed: (position) => place(position, 0) >= 0 && place(position, 1) > place(position, 0),
        });
        const known = best.get(question);
        if (span === undefined || (known !== undefined && known.score >= span.score)) return;
        const [start, end] = [place(span.start, 0), place(span.end, 1)];
        const text = contexts[question]?.slice(start, end) ?? "";
        best.set(question, { text, start, end, score: span.score });
      });
    },
    answers: () => contexts.map((_, question) => best.get(question)),
  };
}
