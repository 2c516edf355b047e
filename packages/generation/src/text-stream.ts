import type { Tokenizer } from "@incipit/core";

/** Ids in, text out. */
export interface TextStream {
  /** The text that this token completes: none while it ends within a character of several tokens. */
  push(id: number): string;
  /** What is left at the end, incomplete characters included. */
  flush(): string;
}

/** What incomplete bytes of a character decode to. */
const INCOMPLETE = "\uFFFD";

/**
 * Decodes token by token. As a token's text depends on its neighbours (spaces before words, the bytes of a character), each is
 * decoded together with those before it, and what is new is what the text got longer by.
 * @param context ids that the text continues
 */
export function textStream(tokenizer: Tokenizer, context: readonly number[] = []): TextStream {
  let known = [...context];
  let pending: number[] = [];
  let knownText = tokenizer.decode(known);

  const take = (text: string) => {
    const added = text.slice(knownText.length);
    if (added !== "") {
      known = pending;
      pending = [];
      knownText = tokenizer.decode(known);
    }
    return added;
  };
  return {
    push(id) {
      pending.push(id);
      const text = tokenizer.decode([...known, ...pending]);
      return text.endsWith(INCOMPLETE) ? "" : take(text);
    },
    flush: () => (pending.length === 0 ? "" : take(tokenizer.decode([...known, ...pending]))),
  };
}
