import { ConfigError, type Encoding, type Tokenizer } from "@incipit/core";
import type { Texts } from "@incipit/data";
import { fillTemplate, type Template } from "./template.js";

/** How long an encoding may be. */
export interface EncodeTemplateOptions {
  /** In tokens, special ones included, virtual ones not. */
  readonly maxLength: number;
}

/**
 * Token ids of all examples in a template, to be made once, before training. What is longer than `maxLength` is cut at the end of
 * its texts, the longer of a pair first; the template itself, and with it the mask, stays whole.
 * @throws {ConfigError} when the template alone is too long, or has a field that there is nothing for
 */
export function encodeTemplate(
  tokenizer: Tokenizer,
  template: Template,
  examples: readonly Texts[],
  { maxLength }: EncodeTemplateOptions,
): readonly Encoding[] {
  const mask = tokenizer.maskId === undefined ? undefined : tokenizer.token(tokenizer.maskId);
  const encode = (texts: Texts) => tokenizer.encode(fillTemplate(template, { ...texts, mask }));
  return examples.map((texts) => {
    const full = encode(texts);
    return full.ids.length <= maxLength ? full : longestFitting(texts, encode, maxLength);
  });
}

/** By bisection: only the tokenizer knows how many tokens some characters are. */
function longestFitting(texts: Texts, encode: (texts: Texts) => Encoding, maxLength: number): Encoding {
  const fitting = (kept: number) => {
    const encoding = encode(beginnings(texts, kept));
    return encoding.ids.length <= maxLength ? encoding : undefined;
  };
  let best = fitting(0);
  if (best === undefined) {
    throw new ConfigError(
      `encodeTemplate: maxLength ${maxLength} has no room for the template alone; raise it.`,
      {
        details: { maxLength },
      },
    );
  }
  let [fits, tooLong] = [0, Math.max(texts.text.length, texts.pair?.length ?? 0)];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    const encoding = fitting(middle);
    if (encoding === undefined) tooLong = middle;
    else [best, fits] = [encoding, middle];
  }
  return best;
}

/** At most so many UTF-16 units of each text, no character taken apart. */
function beginnings({ text, pair }: Texts, length: number): Texts {
  const beginning = (of: string) => of.slice(0, length).replace(/[\uD800-\uDBFF]$/u, "");
  return { text: beginning(text), ...(pair !== undefined && { pair: beginning(pair) }) };
}
