import {
  ByteLevelPreTokenizer,
  Model,
  SequencePreTokenizer,
  type Tokenizer as HuggingFaceTokenizer,
} from "@huggingface/tokenizers";
import { ConfigError, type Offsets } from "@incipit/core";
import { align } from "./align.js";
import { type Section, sectionOf } from "./pieces.js";

/** A `Tokenizer` of `@huggingface/tokenizers`, whose own type only ES modules can import. */
export interface TextTokenizer {
  readonly model: object | null;
  tokenize(text: string): string[];
}

/**
 * What each token of a text stands for, special tokens that the model expects not being among them: the tokenizer itself does not
 * say. Its model is watched as it makes tokens of words, and the words are then found in the text.
 * @param inner a `Tokenizer` of `@huggingface/tokenizers`
 * @throws {ConfigError} when it is something else
 */
export function tokenOffsets(inner: TextTokenizer, text: string): readonly Offsets[] {
  assertTokenizer(inner);
  if (inner.model === null) return [];
  const watched = new WatchedModel(inner.model, isByteLevel(inner.pre_tokenizer));
  const watching = Object.assign(Object.create(inner) as HuggingFaceTokenizer, { model: watched });
  const tokens = watching.tokenize(text);

  let changed = "";
  const ranges = tokens.map((token): Offsets => {
    const made = watched.find(token);
    if (made === undefined || made.index === 0) changed += made?.section.text ?? token;
    // A token that no model made was added to the vocabulary, and stands in the text as it is.
    const start = changed.length - (made?.section.text ?? token).length;
    const [from, to] = made?.section.pieces[made.index] ?? [0, token.length];
    return [start + from, start + to];
  });
  const places = align(text, changed);
  return withBlanks(ranges.map(([from, to]) => hull(places.slice(from, to))));
}

/** The part of the text that has all these within it. */
function hull(places: readonly (Offsets | undefined)[]): Offsets | undefined {
  const [first, ...others] = places.filter((place) => place !== undefined);
  return (
    first && others.reduce(([start, end], [from, to]) => [Math.min(start, from), Math.max(end, to)], first)
  );
}

/**
 * Tokens that stand for nothing of the text, such as a space that the tokenizer put in, are behind the last one, but not behind the
 * start of the next: both may be parts of one character.
 */
function withBlanks(places: readonly (Offsets | undefined)[]): readonly Offsets[] {
  const nextStarts = places.reduceRight<number[]>(
    (starts, place) => [place?.[0] ?? starts[0] ?? Infinity, ...starts],
    [],
  );
  let reached = 0;
  return places.map((place, i): Offsets => {
    const blank = Math.min(reached, nextStarts[i] ?? Infinity);
    reached = place?.[1] ?? reached;
    return place ?? [blank, blank];
  });
}

function assertTokenizer(inner: TextTokenizer): asserts inner is HuggingFaceTokenizer {
  if ("pre_tokenizer" in inner) return;
  throw new ConfigError("tokenOffsets: expected a Tokenizer of @huggingface/tokenizers.");
}

/** A model that makes, in the place of each token, a name by which to find what it stands for. */
class WatchedModel extends Model {
  readonly #inner: Model;
  readonly #byteLevel: boolean;
  readonly #made = new Map<string, { readonly section: Section; readonly index: number }>();

  constructor(inner: Model, byteLevel: boolean) {
    super(inner.config);
    this.#inner = inner;
    this.#byteLevel = byteLevel;
    this.fuse_unk = false;
  }

  override encode(words: string[]): string[] {
    const section = sectionOf(this.#inner, words, this.#byteLevel);
    return section.pieces.map((_, index) => {
      const name = `\0${this.#made.size}`;
      this.#made.set(name, { section, index });
      return name;
    });
  }

  find(name: string) {
    return this.#made.get(name);
  }
}

/** Whether the model's words are spelled in bytes. */
function isByteLevel(preTokenizer: HuggingFaceTokenizer["pre_tokenizer"]): boolean {
  return preTokenizer instanceof SequencePreTokenizer
    ? preTokenizer.tokenizers.some(isByteLevel)
    : preTokenizer instanceof ByteLevelPreTokenizer;
}
