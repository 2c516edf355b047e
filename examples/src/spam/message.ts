import { convert, type HtmlToTextOptions } from "html-to-text";
import PostalMime from "postal-mime";

/** What a reader sees of a mail. */
export interface Message {
  readonly subject: string;
  readonly body: string;
}

/** Only what is shown: no link targets, no pictures, no shouting headings, no drawn lines. */
const visibleText: HtmlToTextOptions = {
  wordwrap: false,
  selectors: [
    { selector: "a", options: { ignoreHref: true } },
    { selector: "img", format: "skip" },
    { selector: "hr", format: "skip" },
    { selector: "ul", options: { itemPrefix: "" } },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/** Some senders declare HTML as plain text. */
const looksLikeHtml = /<(?:html|body|table|font|center|p|br)\b[^>]*>/iu;

/** The bytes 0x80 to 0x9F in windows-1252, by which many mails mean them whatever charset they declare. */
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

/**
 * Control characters as windows-1252 means them (some versions of Node decode it as if it were Latin-1), and a blank
 * for what has no meaning: other control characters, private ones, bytes that the declared charset does not have.
 */
function repair(text: string): string {
  return text
    .replace(/[\u0080-\u009F]/gu, (control) => windows1252.charAt(control.charCodeAt(0) - 0x80))
    .replace(/(?!\s)[\p{Cc}\p{Co}\uFFFD]/gu, " ");
}

/**
 * The subject and the visible text of a mail: multipart structure, transfer encodings and charsets undone, HTML as the
 * text it shows. Where a mail carries its text both plain and as HTML, the plain one is taken. Attachments are not read.
 */
export async function parseMessage(bytes: Uint8Array): Promise<Message> {
  const { subject = "", text = "", html = "" } = await PostalMime.parse(bytes);
  const plain = looksLikeHtml.test(text) ? convert(text, { ...visibleText, preserveNewlines: true }) : text;
  const body = plain.trim() === "" ? convert(html, visibleText) : plain;
  return { subject: repair(subject), body: repair(body) };
}
