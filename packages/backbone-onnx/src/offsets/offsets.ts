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
  let reached = 0;
  return ranges.map(([from, to]): Offsets => {
    const parts = places.slice(from, to).filter((place) => place !== undefined);
    const start = parts.reduce((least, [own]) => Math.min(least, own), Infinity);
    if (start === Infinity) return [reached, reached];
    reached = parts.reduce((most, [, own]) => Math.max(most, own), start);
    return [start, reached];
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
