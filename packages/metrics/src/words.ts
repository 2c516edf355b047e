/** @file Words as Python's `str` methods see them: the metrics' numbers are those of Python libraries. */

/** What `str.split()` splits at; JavaScript's `\s` lacks U+0085 and four control characters, and has the byte order mark. */
const whitespace = String.raw`[\p{White_Space}\u001c-\u001f]`;
const separator = new RegExp(`${whitespace}+`, "u");
const trailing = new RegExp(`(?<!${whitespace})${whitespace}+$`, "u");

/** Python's `string.punctuation`, as a character class of regular expressions. */
export const punctuation = "[!-/:-@[-`{-~]";

/** The text's words, as `text.split()` in Python. */
export function words(text: string): readonly string[] {
  return text.split(separator).filter((word) => word !== "");
}

/** The text without whitespace at its end, as `text.rstrip()` in Python. */
export function withoutTrailingSpace(text: string): string {
  return text.replace(trailing, "");
}
