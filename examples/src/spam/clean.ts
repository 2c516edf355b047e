/**
 * @file What a fair filter should not see. The corpus was collected by a few people from their own mailboxes in 2002, so
 * much of a mail tells where it was collected, not whether it is spam. As scikit-learn does for its 20 newsgroups
 * (`remove=("headers", "footers", "quotes")`), we drop it; README.md says what and why.
 */
import { type Message } from "./message.js";

/**
 * `Re:`, `Fwd:`, `[ILUG]`, in any order: the tags that lists put in front of every mail that passes through them, and
 * the marks of answers, which go with the quotes.
 */
const subjectMarks = /^(?:\s*(?:(?:re|fwd?|aw)\s*(?:\[\d+\])?\s*:|\[[^\]]{1,40}\]))+/iu;

/** The subject without the tags of mailing lists and the marks of answers. */
export function cleanSubject(subject: string): string {
  return maskAndCollapse(subject.replace(subjectMarks, ""));
}

/** Where the sender's own words end: what follows was added by a list, a mail program or the corpus' collector. */
const endings: readonly RegExp[] = [
  // A signature, by its standard separator (RFC 3676 section 4.3), also with the blank lost or dash-escaped by PGP.
  /^[ \t]*(?:- )?--[ \t]*$/mu,
  /^-----BEGIN PGP SIGNATURE-----/mu,
  // The whole earlier mail, quoted below the answer.
  /^[ \t]*-+ ?(?:Original Message|Forwarded message) ?-+/imu,
  // Mailman, Yahoo! Groups, ezmlm, SourceForge.
  /^_{20,}\n\S+ (?:mailing list|maillist)\b/mu,
  /^\s*https?:\/\/\S+\/listinfo\/\S+\s*$/mu,
  /^-+ Yahoo! Groups Sponsor/mu,
  /^To unsubscribe(?: from this group, send an email to|, e-mail):/mu,
  /^This sf\.net email is sponsored/imu,
  // The newsletter of use.perl.org, which one collector subscribed to.
  /^You have received this message because you subscribed to it/mu,
  // The boundary with which one collector wrapped what he forwarded to the SpamAssassin-Sightings list.
  /--DeathToSpam/u,
];
/** A drawn line at the end, which set such a footer off from the text. */
const rule = /(?:\s*[-_=*~]{5,})?\s*$/u;

/** The text up to the first ending. */
function beforeEnding(text: string): string {
  const starts = endings.map((ending) => text.search(ending)).filter((start) => start >= 0);
  return starts.length === 0 ? text : text.slice(0, Math.min(...starts)).replace(rule, "");
}

/** `> …`, `| …`, `JM> …`: words of an earlier mail. */
const quoted = /^\s*(?:[>|]|[A-Za-z]{1,4}>)/u;
/** `Justin wrote:`, at the end of the line or lines that introduce a quote. */
const attribution = /\b(?:wrote|writes|said|says|mentioned|write|quoting)\b[^.!?]{0,60}:\*?\s*$/iu;

/** The text without quoted lines and without the line or two that say whom they quote. */
function withoutQuotes(text: string): string {
  const lines = text.split("\n");
  const introduces = (index: number) => {
    const next = lines.slice(index + 1).find((line) => line.trim() !== "");
    return attribution.test(lines[index] ?? "") && next !== undefined && quoted.test(next);
  };
  // "On Monday, Justin" / "Mason wrote:"
  const opens = (index: number) => /^\s*(?:On|At|In)\b/u.test(lines[index] ?? "") && introduces(index + 1);
  return lines.filter((line, i) => !quoted.test(line) && !introduces(i) && !opens(i)).join("\n");
}

/** Lines that a program put in: each is dropped wherever it stands. */
const inserted: readonly RegExp[] = [
  // `[1] http://…`, where the links of a text were moved to its end.
  /^\s*\[\d{1,3}\]:?\s*(?:https?|ftp|mailto):\S*\s*$/gmu,
  /^-----BEGIN PGP SIGNED MESSAGE-----$/gmu,
  /^Hash: SHA\d+$/gmu,
  // SpamAssassin's own report.
  /^SPAM: .*$/gmu,
];

/** `URL: …`, `Date: …` on top: a gateway turned web feeds into mails (624 of them, all ham). */
const feedHeader = /^\s*URL: .*\n(?:Date: .*\n)?/u;

/** Addresses and links name the people and sites of one mailbox, and so does the collectors' stand-in for names. */
const address = /(?:mailto:)?[\w.+=-]+@[\w-]+(?:\.[\w-]+)+/giu;
const link = /(?:\b(?:https?|ftp):\/\/|\bwww\.)[^\s<>"')\]]+/giu;
const standIn = /\b([qyz])\1{3,}[a-z]*\b,?/giu;

/** The text with addresses and links replaced by `[address]` and `[link]`, and whitespace collapsed. */
function maskAndCollapse(text: string): string {
  return text
    .replace(link, "[link]")
    .replace(address, "[address]")
    .replace(standIn, "")
    .replace(/\[\d{1,3}\]/gu, "")
    .replace(/[\s\u00A0\u200B]+/gu, " ")
    .trim();
}

/** The sender's own words of a body: no list footers, signatures, quotes or addresses; whitespace collapsed. */
export function cleanBody(body: string): string {
  const text = body.replace(/\r\n?/gu, "\n").replace(feedHeader, "");
  const own = inserted.reduce((rest, pattern) => rest.replace(pattern, ""), text);
  return maskAndCollapse(withoutQuotes(beforeEnding(own)));
}

/** Half of a character that UTF-16 writes as a pair. */
const halfCharacter = /[\uD800-\uDBFF]$/;

/** Subject and body as one text, cut after `maxLength` characters. Empty when the mail says nothing. */
export function messageText({ subject, body }: Message, maxLength: number): string {
  const parts = [cleanSubject(subject), cleanBody(body)].filter((part) => part !== "");
  return parts.join("\n").slice(0, maxLength).replace(halfCharacter, "").trim();
}
