import { DataError } from "@incipit/core";

/** A tagging scheme: `B-` begins an entity, `I-` goes on; in IOBES (BIOES) `E-` ends it, and `S-` is all of a short one. */
export type TaggingScheme = "IOB2" | "IOBES";

/** Tokens that together are a thing of some type. */
export interface Entity {
  readonly type: string;
  /** Position of its first token. */
  readonly start: number;
  /** Position behind its last token. */
  readonly end: number;
}

interface Tag {
  readonly prefix: string;
  readonly type: string;
}

const outside: Tag = { prefix: "O", type: "" };
const prefixes: Readonly<Record<TaggingScheme, RegExp>> = {
  IOB2: /^[BI](?:-|$)/u,
  IOBES: /^[BIES](?:-|$)/u,
};
const lastPrefixes: Readonly<Record<TaggingScheme, string>> = { IOB2: "BI", IOBES: "ES" };

/**
 * The entities that a sequence of tags (`O`, `B-PER`, `I-PER`, …) marks. A tag without a type has the type `_`.
 *
 * By default leniently, as `conlleval` and seqeval do: a tag goes on with the one before if it is an `I-` or `E-` of the
 * same type after a `B-` or `I-`, and every such run is an entity. With `strict`, only those that begin and end as the
 * scheme wants it are.
 * @throws {DataError} when a tag is not one, or not one of the strict scheme
 * @see Tjong Kim Sang & De Meulder 2003, arXiv:cs/0306050
 */
export function entities(tags: readonly string[], strict?: TaggingScheme): readonly Entity[] {
  const parsed = [...tags.map((tag, position) => parseTag(tag, position, strict)), outside];
  const found: Entity[] = [];
  let start = 0;
  let first = outside;
  let last = outside;
  parsed.forEach((tag, position) => {
    if (!goesOn(last, tag)) {
      const complete =
        strict === undefined || ("BS".includes(first.prefix) && lastPrefixes[strict].includes(last.prefix));
      if (last.prefix !== "O" && complete) found.push({ type: last.type, start, end: position });
      start = position;
      first = tag;
    }
    last = tag;
  });
  return found;
}

function goesOn(last: Tag, tag: Tag): boolean {
  return "BI".includes(last.prefix) && "IE".includes(tag.prefix) && last.type === tag.type;
}

function parseTag(tag: string, position: number, scheme: TaggingScheme = "IOBES"): Tag {
  if (tag === "O") return outside;
  if (!prefixes[scheme].test(tag)) {
    const expected = scheme === "IOB2" ? "O, B-… or I-…" : "O, B-…, I-…, E-… or S-…";
    throw new DataError(`entities: token ${position} has the tag "${tag}", expected ${expected}.`, {
      details: { position, tag },
    });
  }
  return { prefix: tag.charAt(0), type: tag.slice(2) || "_" };
}
