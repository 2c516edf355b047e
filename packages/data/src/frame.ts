import { ConfigError, type Encoding, type Offsets, type Tokenizer } from "@incipit/core";
import type { Frame } from "./encode.js";

/** Tokens of an encoding from `from` to before `to`, within the special tokens around all of them. */
export function cutEncoding(
  { ids, typeIds }: Encoding,
  { before, after }: Frame,
  from: number,
  to: number,
): Encoding {
  const cut = <E>(tokens: readonly E[]): readonly E[] => [
    ...tokens.slice(0, before),
    ...tokens.slice(before + from, before + to),
    ...tokens.slice(tokens.length - after),
  ];
  return { ids: cut(ids), ...(typeIds && { typeIds: cut(typeIds) }) };
}

/**
 * What each token of a text stands for.
 * @throws {ConfigError} when the tokenizer cannot tell
 */
export function offsetsOf(tokenizer: Tokenizer, text: string): readonly Offsets[] {
  if (tokenizer.offsets === undefined) {
    throw new ConfigError(
      "This tokenizer does not tell what of a text its tokens stand for; give it a method `offsets`.",
    );
  }
  return tokenizer.offsets(text);
}
