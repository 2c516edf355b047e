import { DataError } from "@incipit/core";
import { assertSome, errorAt } from "./example.js";
import { jsonObjects, kindOf } from "./json-lines.js";
import { didYouMean, list } from "./suggest.js";

/** The words of a sentence, each with its tag. */
export interface TaggedSentence {
  readonly words: readonly string[];
  /** One for each word. */
  readonly tags: readonly string[];
  /** Line of the file that it begins on, from 1. */
  readonly line?: number;
}

/** What errors call this data: the file's name. */
export interface TaggedOptions {
  readonly name?: string;
}

/**
 * The sentences of a CoNLL text: a word on each line, its tag in the last column, blank lines between sentences. Columns stand
 * apart by a tab or, where a line has none, by blanks; those between word and tag are left alone, `-DOCSTART-` lines are skipped.
 * @throws {DataError} when there is no sentence, or at a line with one column only or an empty one
 */
export function parseConll(
  content: string,
  { name = "CoNLL" }: TaggedOptions = {},
): readonly TaggedSentence[] {
  const sentences: { words: string[]; tags: string[]; line: number }[] = [];
  let inside = false;
  content
    .replace(/^\uFEFF/u, "")
    .split(/\r\n?|\n/u)
    .forEach((source, index) => {
      const line = index + 1;
      const columns = source.includes("\t") ? source.split("\t") : source.trim().split(/\s+/u);
      const word = columns[0]?.trim() ?? "";
      if (source.trim() === "" || word === "-DOCSTART-") {
        inside = false;
        return;
      }
      const tag = columns.at(-1)?.trim() ?? "";
      if (columns.length < 2 || word === "" || tag === "") {
        throw errorAt(
          name,
          line,
          `expected a word and its tag, with a tab or a blank between, got ${JSON.stringify(source)}.`,
        );
      }
      const sentence = inside ? sentences.at(-1) : undefined;
      if (sentence === undefined) sentences.push({ words: [word], tags: [tag], line });
      else {
        sentence.words.push(word);
        sentence.tags.push(tag);
      }
      inside = true;
    });
  return assertSome(sentences, name);
}

/**
 * The sentences of a JSON Lines text: objects with `tokens` and `tags`, lists of strings of one length.
 * @throws {DataError} when there is no sentence, or at a line where one of the two is missing, empty, of another type or length
 */
export function parseTaggedJsonl(
  content: string,
  { name = "JSONL" }: TaggedOptions = {},
): readonly TaggedSentence[] {
  const example = '{"tokens": ["Ada", "sings"], "tags": ["B-PER", "O"]}';
  const sentences = jsonObjects(content, { name, example }).map(({ record, line }) => {
    const strings = (field: string): readonly string[] => {
      const value = record[field];
      if (!Array.isArray(value) || value.length === 0) {
        const got = Array.isArray(value) ? "an empty one" : kindOf(value);
        throw errorAt(
          name,
          line,
          `field "${field}" must be a list of strings, as in ${example}, got ${got}.`,
        );
      }
      return value.map((entry: unknown, index) => {
        if (typeof entry === "string" && entry.trim() !== "") return entry;
        const got = typeof entry === "string" ? "an empty one" : kindOf(entry);
        throw errorAt(name, line, `entry ${index + 1} of "${field}" must be a string, got ${got}.`);
      });
    };
    const [words, tags] = [strings("tokens"), strings("tags")];
    if (words.length !== tags.length) {
      throw errorAt(name, line, `there are ${words.length} tokens but ${tags.length} tags; each needs one.`);
    }
    return { words, tags, line };
  });
  return assertSome(sentences, name);
}

/**
 * The tags that occur, each once, in code-unit order: a tag's position here is its class index.
 * @param name what errors call this data: the file's name
 * @throws {DataError} when there are fewer than two
 */
export function tagSet(sentences: readonly TaggedSentence[], name = "the data"): readonly string[] {
  const tags = [...new Set(sentences.flatMap((sentence) => sentence.tags))].sort();
  if (tags.length < 2) {
    throw new DataError(`${name}: every word has the same tag, ${list(tags)}; a tagger needs at least two.`, {
      details: { name, tags },
    });
  }
  return tags;
}

/**
 * The class index of each word's tag, sentence by sentence.
 * @param tags those of training @param name what errors call this data: the file's name
 * @throws {DataError} for a tag that is not among them, naming its word and the line of its sentence
 */
export function tagIndices(
  tags: readonly string[],
  sentences: readonly TaggedSentence[],
  name = "the data",
): readonly (readonly number[])[] {
  const positions = new Map(tags.map((tag, index) => [tag, index]));
  return sentences.map((sentence, index) =>
    sentence.tags.map((tag, word) => {
      const position = positions.get(tag);
      if (position !== undefined) return position;
      const { line } = sentence;
      const place = line === undefined ? `sentence ${index + 1}` : `sentence of line ${line}`;
      throw new DataError(
        `${name}, ${place}: the tag ${JSON.stringify(tag)} of ${JSON.stringify(sentence.words[word])} is not one of those in ` +
          `training, which are ${list(tags)}${didYouMean(tag, tags) || "; remove it, or train with it."}`,
        { details: { name, tag, tags, ...(line !== undefined && { line }) } },
      );
    }),
  );
}
