import type { Random } from "@incipit/core";
import { seededRandom } from "@incipit/tensor";

const SUBJECTS = [
  "the committee",
  "my neighbour's cat",
  "she",
  "a packet of seeds",
  "the old bridge",
  "nobody",
];
const VERBS = [
  "repaired",
  "forgot about",
  "is waiting for",
  "could not explain",
  "sold",
  "dreams of",
  "returned",
];
const OBJECTS = [
  "the invoice",
  "eleven umbrellas",
  "a quiet street",
  "the warranty",
  "the train to Zürich",
  "it",
];
const TAILS = [
  "before noon",
  "without asking",
  "again and again",
  "in 1984",
  "for $12.50",
  "because of the rain",
];
const CONNECTIVES = [", and ", " but ", "; ", ". Then ", " — ", ", although "];
const ENDS = [".", "!", "?", "...", "", " :)", "!!!!!", " 😀"];

/** What tokenizers and encoders trip over. */
export const ODD_TEXTS: readonly string[] = [
  "",
  " ",
  "a",
  "   leading, doubled  and trailing spaces ",
  "line one\nline two\r\n\ttabbed",
  ":) starts with a colon",
  "the meeting is at 10:30, see https://example.org:8080/a?b=c",
  "-------- ________ 00000000 ooooooooo !!!!!!!!!!!",
  "😀 👩‍👩‍👧 🇨🇭",
  "日本語のテキスト",
  "ПРИВЕТ мир, नमस्ते, مرحبا",
  "ﬁ ligatures, ① circled, ½ halves, e\u0301 combined, \u00a0no-break",
  "<s> </s> extra_token_id_1 \ufffd ▁",
  "ALL CAPITALS AND no PUNCTUATION",
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
  "x".repeat(500),
  "a much too long text ".repeat(60),
];

/** `count` made-up texts of one or two clauses, the same for the same seed. */
export function madeUpTexts(count: number, seed = 0): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const clauses = Array.from({ length: 1 + random.integer(2) }, () => clause(random));
    return clauses.reduce((text, next) => text + pick(random, CONNECTIVES) + next) + pick(random, ENDS);
  });
}

function clause(random: Random): string {
  const words = [SUBJECTS, VERBS, OBJECTS, TAILS].map((list) => pick(random, list)).join(" ");
  return random.integer(10) === 0 ? words.toUpperCase() : words;
}

function pick<E>(random: Random, items: readonly E[]): E {
  return items[random.integer(items.length)] as E;
}
