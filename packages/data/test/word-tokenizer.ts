import { type Tokenizer } from "@incipit/core";

/** How a tokenizer frames one text or two. */
export type Frame = (first: readonly number[], second?: readonly number[]) => number[];

/** BERT's frame: `[CLS] a [SEP] b [SEP]`, as 101 and 102. */
export const bert: Frame = (first, second) => [101, ...first, 102, ...(second ? [...second, 102] : [])];
/** RoBERTa's frame: `<s> a </s></s> b </s>`, as 0 and 2. */
export const roberta: Frame = (first, second) => [0, ...first, 2, ...(second ? [2, ...second, 2] : [])];
/** No special tokens. */
export const bare: Frame = (first, second = []) => [...first, ...second];

/** One token for each word: its number in the text plus 1,000, or plus 2,000 in the second text. */
export function wordTokenizer(frame: Frame): Tokenizer {
  const words = (text: string, from: number) =>
    text.split(" ").flatMap((word, index) => (word === "" ? [] : [from + index]));
  return {
    vocabularySize: 3000,
    padId: 0,
    fingerprint: "",
    encode: (text, { pair, specialTokens = true } = {}) => {
      const first = words(text, 1000);
      const second = pair === undefined ? undefined : words(pair, 2000);
      const ids = specialTokens ? frame(first, second) : bare(first, second);
      const boundary = pair === undefined ? ids.length : frame(first).length;
      return { ids, typeIds: ids.map((_, index) => Number(index >= boundary)) };
    },
    decode: (ids) => ids.join(" "),
    token: String,
  };
}
