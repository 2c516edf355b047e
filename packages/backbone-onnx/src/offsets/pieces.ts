import type { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import type { Offsets } from "@incipit/core";
import { byteLength, decodeLetters } from "./bytes.js";

type Model = NonNullable<HuggingFaceTokenizer["model"]>;

/** Words that a model made tokens of. */
export interface Section {
  /** What the words spell together. */
  readonly text: string;
  /** For each token the part of `text` that it stands for. */
  readonly pieces: readonly Offsets[];
}

/** A character of a word, or a byte of one, and the part of a section's text that it belongs to. */
interface Unit {
  readonly character: string;
  readonly place: Offsets;
}

interface Piece {
  readonly place: Offsets;
  readonly unknown: boolean;
}

/**
 * What the tokens stand for that a model makes of words.
 * @param byteLevel the words' letters are bytes
 */
export function sectionOf(model: Model, words: readonly string[], byteLevel: boolean): Section {
  const text = byteLevel ? decodeLetters(words) : words.join("");
  const units = Array.from(text).reduce<Unit[]>((all, character) => {
    const start = all.at(-1)?.place[1] ?? 0;
    const unit: Unit = { character, place: [start, start + character.length] };
    for (let count = byteLevel ? byteLength(character) : 1; count > 0; count--) all.push(unit);
    return all;
  }, []);
  let first = 0;
  const pieces = words.flatMap((word) => {
    const length = Array.from(word).length;
    const own = units.slice(first, first + length);
    first += length;
    return piecesOf(model, word, own);
  });
  return { text, pieces: (model.fuse_unk ? fused(pieces) : pieces).map(({ place }) => place) };
}

function piecesOf(model: Model, word: string, units: readonly Unit[]): readonly Piece[] {
  const letters = Array.from(word);
  let at = 0;
  let bytes = 0;
  return model.encode([word]).map((token) => {
    const unknown = (model.tokens_to_ids.get(token) ?? model.unk_token_id) === model.unk_token_id;
    const spelled = spelling(model, token, at > 0);
    const isHere = (position: number) => spelled.every((letter, i) => letters[position + i] === letter);
    const start = at;
    if (isHere(at)) at += spelled.length;
    else if (/^<0x[0-9A-F]{2}>$/u.test(token)) {
      bytes++;
      if (bytes < byteLength(letters[at] ?? "")) return { place: between(units, start, start + 1), unknown };
      [at, bytes] = [at + 1, 0];
    } else if (unknown) at = model.config.type === "WordPiece" ? letters.length : at + 1;
    else {
      // Models without a token for what is unknown leave it out.
      const found = letters.findIndex((_, position) => position >= at && isHere(position));
      at = (found < 0 ? at : found) + spelled.length;
      return { place: between(units, at - spelled.length, at), unknown };
    }
    return { place: between(units, start, at), unknown };
  });
}

/** A token's letters as they stand in its word. */
function spelling({ config }: Model, token: string, inside: boolean): readonly string[] {
  const affix = (name: string) => {
    const value: unknown = Reflect.get(config, name);
    return typeof value === "string" ? value : "";
  };
  const prefix = inside ? affix("continuing_subword_prefix") : "";
  const bare = token.startsWith(prefix) ? token.slice(prefix.length) : token;
  const suffix = ["end_of_word_suffix", "continuing_subword_suffix"]
    .map(affix)
    .find((ending) => ending !== "" && bare.endsWith(ending));
  return Array.from(suffix === undefined ? bare : bare.slice(0, -suffix.length));
}

function between(units: readonly Unit[], first: number, end: number): Offsets {
  const start = units[first]?.place[0] ?? units.at(-1)?.place[1] ?? 0;
  return [start, units[Math.min(end, units.length) - 1]?.place[1] ?? start];
}

/** Neighbours that are both unknown are one token. */
function fused(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.reduce<Piece[]>((all, piece) => {
    const last = all.at(-1);
    if (last?.unknown !== true || !piece.unknown) return [...all, piece];
    return [...all.slice(0, -1), { place: [last.place[0], piece.place[1]], unknown: true }];
  }, []);
}
