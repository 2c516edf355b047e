import { ConfigError, type Encoding, type Tokenizer } from "@incipit/core";

/** The texts of an example; its label plays no part here. */
export interface Texts {
  readonly text: string;
  readonly pair?: string;
}

/**
 * Token ids of all examples, to be made once, before training. What is longer than `maxLength` is cut at the end of the
 * text, special tokens being kept; of a pair, the longer text is cut first.
 * @param options maxLength: in tokens, special ones included, virtual ones not
 * @throws {ConfigError} when `maxLength` has no room for text
 */
export function encodeExamples(
  tokenizer: Tokenizer,
  examples: readonly Texts[],
  options: { readonly maxLength: number },
): readonly Encoding[] {
  const frame = specialTokens(tokenizer);
  return examples.map((texts) => encodeWithin(tokenizer, frame, texts, options.maxLength));
}

/** How many special tokens stand before and after a text. */
export interface Frame {
  readonly before: number;
  readonly after: number;
}

/** Found by encoding a letter with and without them: the tokenizer does not say. */
export function specialTokens(tokenizer: Tokenizer): Frame {
  const { ids: bare } = tokenizer.encode("a", { specialTokens: false });
  const { ids: framed } = tokenizer.encode("a");
  const before = Math.max(
    framed.findIndex((_, start) => bare.every((id, offset) => framed[start + offset] === id)),
    0,
  );
  return { before, after: framed.length - before - bare.length };
}

function encodeWithin(
  tokenizer: Tokenizer,
  frame: Frame,
  { text, pair }: Texts,
  maxLength: number,
): Encoding {
  const full = tokenizer.encode(text, pair === undefined ? {} : { pair });
  if (full.ids.length <= maxLength) return full;
  const length = (part: string) => tokenizer.encode(part, { specialTokens: false }).ids.length;
  const second = pair === undefined ? 0 : length(pair);
  const first = pair === undefined ? full.ids.length - frame.before - frame.after : length(text);
  const room = maxLength - (full.ids.length - first - second);
  if (room < 1) {
    throw new ConfigError(
      `encodeExamples: maxLength ${maxLength} has no room for text beside ${maxLength - room} special tokens; raise it.`,
      { details: { maxLength, specialTokens: maxLength - room } },
    );
  }
  // The longer gives way until both are equal, then both do.
  const firstKept = Math.min(first, Math.max(room - second, Math.ceil(room / 2)));
  const firstEnd = frame.before + first;
  const secondEnd = full.ids.length - frame.after;
  const kept = <E>(tokens: readonly E[]): E[] => [
    ...tokens.slice(0, frame.before + firstKept),
    ...tokens.slice(firstEnd, secondEnd - second + (room - firstKept)),
    ...tokens.slice(secondEnd),
  ];
  return { ids: kept(full.ids), ...(full.typeIds && { typeIds: kept(full.typeIds) }) };
}
