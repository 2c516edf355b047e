import { withoutTrailingSpace, words } from "./words.js";

/**
 * The words and punctuation marks of a text in a Western language, as the WMT's scoring script `mteval-v13a.pl` and
 * sacreBLEU's tokenizer `13a` cut it: `"1,000 dollars."` into `1,000`, `dollars`, `.`.
 * @see Post 2018, arXiv:1804.08771
 */
export function tokenize13a(text: string): readonly string[] {
  const line = withoutTrailingSpace(text)
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return words(
    ` ${line} `
      // ASCII punctuation but for the apostrophe, and comma, full stop and hyphen, which depend on their neighbours.
      .replace(/[{-~[-` -&(-+:-@/]/gu, " $& ")
      .replace(/([^0-9])([.,])/gu, "$1 $2 ")
      .replace(/([.,])([^0-9])/gu, " $1 $2")
      .replace(/([0-9])(-)/gu, "$1 $2 "),
  );
}
