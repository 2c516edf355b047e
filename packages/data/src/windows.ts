import { ConfigError, type Encoding, type Offsets, type Tokenizer } from "@incipit/core";
import { type Frame, specialTokens } from "./encode.js";
import { offsetsOf } from "./frame.js";
import type { Answer } from "./questions.js";

/** A question with as much of its context as a model reads at once. */
export interface QuestionWindow {
  /** Which question it is. */
  readonly question: number;
  readonly encoding: Encoding;
  /** For each token what of the context it stands for; nothing for tokens of the question and special ones. */
  readonly offsets: readonly (Offsets | undefined)[];
  /** Positions of the answer's first and last token, where the window has them both. */
  readonly answer: readonly [first: number, last: number] | undefined;
}

/** How much is read at once. */
export interface WindowOptions {
  /** In tokens, special ones included, virtual ones not. */
  readonly maxLength: number;
  /** How many tokens of a context a window shares with the one before; half of its room for the context at most. */
  readonly stride: number;
}

/**
 * Questions with their contexts as a model reads them. A context that is too long is read in several windows; a question takes half of
 * the room at most, and is cut otherwise.
 * @param questions the first answer, where there is one, is found in the windows
 * @throws {ConfigError} when the tokenizer tells no offsets, or `maxLength` has no room for question and context
 */
export function encodeQuestions(
  tokenizer: Tokenizer,
  questions: readonly {
    readonly question: string;
    readonly context: string;
    readonly answers?: readonly Answer[];
  }[],
  { maxLength, stride }: WindowOptions,
): readonly QuestionWindow[] {
  const frame = specialTokens(tokenizer);
  return questions.flatMap(({ question, context, answers }, index) => {
    const offsets = offsetsOf(tokenizer, context);
    const pair = encodePair(tokenizer, frame, { question, context, contextTokens: offsets.length });
    const room = maxLength - pair.special;
    if (room < 2) {
      throw new ConfigError(
        `encodeQuestions: maxLength ${maxLength} has no room for question and context beside ${pair.special} special tokens; ` +
          "raise it.",
        { details: { maxLength, specialTokens: pair.special } },
      );
    }
    const kept = Math.min(pair.questionTokens, Math.floor(room / 2));
    const answer = tokensOf(offsets, answers?.[0]);
    return windows(offsets.length, room - kept, stride).map(([from, to]): QuestionWindow => {
      const { encoding, first } = pair.window(kept, from, to);
      return {
        question: index,
        encoding,
        offsets: encoding.ids.map((_, position) => offsets.slice(from, to)[position - first]),
        answer:
          answer !== undefined && answer[0] >= from && answer[1] < to
            ? [answer[0] - from + first, answer[1] - from + first]
            : undefined,
      };
    });
  });
}

/** From which to which token of `tokens` each window goes. */
function windows(tokens: number, room: number, stride: number): readonly Offsets[] {
  const step = room - Math.min(stride, Math.floor(room / 2));
  const count = 1 + Math.max(0, Math.ceil((tokens - room) / step));
  return Array.from({ length: count }, (_, i) => [i * step, Math.min(i * step + room, tokens)]);
}

/** The first and the last token that stand for some of an answer. */
function tokensOf(
  offsets: readonly Offsets[],
  answer: Answer | undefined,
): readonly [number, number] | undefined {
  if (answer === undefined) return undefined;
  const end = answer.start + answer.text.length;
  const has = ([from, to]: Offsets) => from < to && to > answer.start && from < end;
  const first = offsets.findIndex(has);
  return first < 0 ? undefined : [first, offsets.findLastIndex(has)];
}

/** Both texts' tokens, to be cut into windows. */
function encodePair(
  tokenizer: Tokenizer,
  { before, after }: Frame,
  texts: { readonly question: string; readonly context: string; readonly contextTokens: number },
) {
  const { ids, typeIds } = tokenizer.encode(texts.question, { pair: texts.context });
  const questionTokens = tokenizer.encode(texts.question, { specialTokens: false }).ids.length;
  const contextEnd = ids.length - after;
  const contextStart = contextEnd - texts.contextTokens;
  const questionEnd = before + questionTokens;
  return {
    questionTokens,
    special: ids.length - questionTokens - texts.contextTokens,
    /** So many tokens of the question, and those of the context from one to before another; `first` is where these begin. */
    window(kept: number, from: number, to: number): { readonly encoding: Encoding; readonly first: number } {
      const cut = <E>(tokens: readonly E[]): readonly E[] => [
        ...tokens.slice(0, before + kept),
        ...tokens.slice(questionEnd, contextStart),
        ...tokens.slice(contextStart + from, contextStart + to),
        ...tokens.slice(contextEnd),
      ];
      const first = before + kept + contextStart - questionEnd;
      return { encoding: { ids: cut(ids), ...(typeIds && { typeIds: cut(typeIds) }) }, first };
    },
  };
}
