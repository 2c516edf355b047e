import { ConfigError, type Tokenizer } from "@incipit/core";

/**
 * The token ids of the words that stand for each label, in the labels' order: what `verbalizerHead` of `@incipit/heads` takes. A
 * word is a single token, as it stands behind a space or, where that is none, by itself.
 * @param words by label; a label without any stands for itself
 * @throws {ConfigError} when a word is not a single token, stands for two labels, or belongs to no label
 * @see Schick & Schütze 2021, arXiv:2001.07676, section 3.1, where this map is called a verbalizer
 */
export function labelWords(
  tokenizer: Tokenizer,
  labels: readonly string[],
  words: Readonly<Record<string, readonly string[]>> = {},
): readonly (readonly number[])[] {
  const unknown = Object.keys(words).find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    throw new ConfigError(
      `labelWords: there is no label ${JSON.stringify(unknown)}; there are ${labels.map(quote).join(", ")}.`,
      { details: { label: unknown, labels } },
    );
  }
  const labelOf = new Map<number, string>();
  return labels.map((label) =>
    (Object.hasOwn(words, label) ? (words[label] ?? []) : [label]).map((word) => {
      const id = tokenOf(tokenizer, word, label);
      const other = labelOf.get(id) ?? label;
      if (other !== label) {
        throw new ConfigError(
          `labelWords: the word ${quote(word)} stands for two labels, ${quote(other)} and ${quote(label)}; choose another.`,
        );
      }
      labelOf.set(id, label);
      return id;
    }),
  );
}

function tokenOf(tokenizer: Tokenizer, word: string, label: string): number {
  const encodings = [` ${word}`, word].map((text) => tokenizer.encode(text, { specialTokens: false }).ids);
  const id = encodings.find(({ length }) => length === 1)?.[0];
  // What a tokenizer does not know becomes a special token, which decodes to nothing.
  if (id !== undefined && tokenizer.decode([id]).trim() !== "") return id;
  const tokens = (encodings[0] ?? []).map((part) => quote(tokenizer.token(part))).join(" ");
  throw new ConfigError(
    `labelWords: the word ${quote(word)} of the label ${quote(label)} is not a single token, but ${tokens}; choose another word.`,
    { details: { word, label } },
  );
}

function quote(text: string): string {
  return JSON.stringify(text);
}
