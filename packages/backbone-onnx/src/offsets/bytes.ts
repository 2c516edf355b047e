/** The byte that each letter of a byte-level vocabulary stands for: itself where it can be printed, else letters from 256 on. */
const byteOfLetter: ReadonlyMap<string, number> = letters();

function letters(): ReadonlyMap<string, number> {
  const printed = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  let next = 256;
  return new Map(bytes.map((byte) => [String.fromCodePoint(printed(byte) ? byte : next++), byte]));
}

/**
 * The text that byte-level words spell.
 * @see Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2
 */
export function decodeLetters(words: readonly string[]): string {
  const bytes = words.flatMap((word) => Array.from(word, (letter) => byteOfLetter.get(letter) ?? 0));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** How many bytes a character has in UTF-8. */
export function byteLength(character: string): number {
  return new TextEncoder().encode(character).length;
}
