import { ConfigError, type Encoding, type Offsets, type Tokenizer } from "@incipit/core";
import { IGNORED_LABEL } from "@incipit/tensor";
import { type Frame, specialTokens } from "./encode.js";
import { cutEncoding, offsetsOf } from "./frame.js";

/** Some words of a sentence, as many as a model reads at once. */
export interface EncodedWords {
  /** Which sentence they are of. */
  readonly sentence: number;
  /** Which word of it is the first of these. */
  readonly firstWord: number;
  readonly encoding: Encoding;
  /** The position of each word's first token; nothing where a word has no token of its own. */
  readonly positions: readonly (number | undefined)[];
}

/**
 * Sentences of words as a model reads them: as a text, with a blank between words. What is longer than `maxLength` goes on in further
 * encodings; words are kept whole where they fit.
 * @param options maxLength: in tokens, special ones included, virtual ones not
 * @throws {ConfigError} when the tokenizer tells no offsets, or `maxLength` has no room for text
 */
export function encodeWords(
  tokenizer: Tokenizer,
  sentences: readonly (readonly string[])[],
  { maxLength }: { readonly maxLength: number },
): readonly EncodedWords[] {
  const frame = specialTokens(tokenizer);
  const room = maxLength - frame.before - frame.after;
  if (room < 1) {
    throw new ConfigError(
      `encodeWords: maxLength ${maxLength} has no room for text beside ${maxLength - room} special tokens; raise it.`,
      { details: { maxLength, specialTokens: maxLength - room } },
    );
  }
  return sentences.flatMap((words, sentence) => {
    const text = words.join(" ");
    const firsts = firstTokens(words, offsetsOf(tokenizer, text));
    const encoding = tokenizer.encode(text);
    const tokens = encoding.ids.length - frame.before - frame.after;
    return parts(firsts, tokens, room).map((part) => ({
      sentence,
      ...encodePart(encoding, frame, firsts, { ...part, to: Math.min(part.to, part.from + room) }),
    }));
  });
}

/**
 * The labels of encoded words' tokens: a word's at its first token, -100 at all others.
 * @param labels class indices, sentence by sentence, one for each word
 */
export function wordLabels(
  encoded: readonly EncodedWords[],
  labels: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  return encoded.map(({ sentence, firstWord, encoding, positions }) => {
    const row = encoding.ids.map(() => IGNORED_LABEL);
    positions.forEach((position, word) => {
      const label = labels[sentence]?.[firstWord + word];
      if (position !== undefined && label !== undefined) row[position] = label;
    });
    return row;
  });
}

/** Words and tokens of one encoding, each from one to before another. */
interface Part {
  readonly words: readonly [number, number];
  readonly from: number;
  readonly to: number;
}

/** As many words in each part as there is room for, one at least. */
function parts(firsts: readonly (number | undefined)[], tokens: number, room: number): readonly Part[] {
  const all: Part[] = [];
  let [word, from] = [0, 0];
  firsts.forEach((_, index) => {
    // The tokens of a word end where those of the next word that has some begin.
    const end = firsts.slice(index + 1).find((first) => first !== undefined) ?? tokens;
    const start = firsts[index];
    if (end - from <= room || start === undefined || index === word) return;
    all.push({ words: [word, index], from, to: start });
    [word, from] = [index, start];
  });
  return [...all, { words: [word, firsts.length], from, to: tokens }];
}

function encodePart(
  encoding: Encoding,
  frame: Frame,
  firsts: readonly (number | undefined)[],
  { words: [firstWord, endWord], from, to }: Part,
): Omit<EncodedWords, "sentence"> {
  const positions = firsts
    .slice(firstWord, endWord)
    .map((first) => (first === undefined ? undefined : frame.before + first - from));
  return { firstWord, encoding: cutEncoding(encoding, frame, from, to), positions };
}

/** For each word of a text the first token that begins within it. */
function firstTokens(words: readonly string[], offsets: readonly Offsets[]): readonly (number | undefined)[] {
  let [token, end] = [0, -1];
  return words.map((word) => {
    const start = end + 1;
    end = start + word.length;
    const first = offsets.findIndex(([from, to], index) => index >= token && from >= start && from < to);
    const [from = Infinity] = offsets[first] ?? [];
    if (from >= end) return undefined;
    token = first + 1;
    return first;
  });
}
