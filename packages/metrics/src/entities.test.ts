import { DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "../test-data/seqeval.json" with { type: "json" };
import { type Entity, entities, type TaggingScheme } from "./entities.js";

const tuples = (list: readonly Entity[]) => list.map(({ type, start, end }) => [type, start, end]);

describe("entities", () => {
  it.each(fixture.cases)("finds those that seqeval finds in $name", (given) => {
    given.predictions.forEach((tags, index) => {
      expect(tuples(entities(tags))).toEqual(given.entities[index]);
      expect(tuples(entities(tags, given.scheme as TaggingScheme))).toEqual(given.strictEntities[index]);
    });
  });

  it("takes an I- for a beginning, unless it is strict", () => {
    const tags = ["I-PER", "I-PER", "I-LOC"];
    expect(tuples(entities(tags))).toEqual([
      ["PER", 0, 2],
      ["LOC", 2, 3],
    ]);
    expect(entities(tags, "IOB2")).toEqual([]);
  });

  it("needs an end in IOBES, if it is strict", () => {
    const tags = ["B-PER", "I-PER", "O", "S-LOC", "B-LOC", "E-LOC"];
    expect(tuples(entities(tags, "IOBES"))).toEqual([
      ["LOC", 3, 4],
      ["LOC", 4, 6],
    ]);
  });

  it("gives tags without a type the type _", () => {
    expect(tuples(entities(["B", "I", "O", "B-"]))).toEqual([
      ["_", 0, 2],
      ["_", 3, 4],
    ]);
  });

  it("finds the entities that a sequence was made of", () => {
    const span = fc.record({ type: fc.constantFrom("PER", "LOC"), length: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(span, fc.constant(undefined))), fc.boolean(), (spans, iobes) => {
        const made: (string | number)[][] = [];
        const tags: string[] = [];
        for (const part of spans) {
          if (part === undefined) {
            tags.push("O");
            continue;
          }
          const { type, length } = part;
          made.push([type, tags.length, tags.length + length]);
          const prefixes = "B" + "I".repeat(length - 1);
          const closed = length === 1 ? "S" : prefixes.slice(0, -1) + "E";
          tags.push(...Array.from(iobes ? closed : prefixes, (prefix) => `${prefix}-${type}`));
        }
        expect(tuples(entities(tags))).toEqual(made);
        expect(tuples(entities(tags, iobes ? "IOBES" : "IOB2"))).toEqual(made);
      }),
    );
  });

  it.each([
    ["", undefined],
    ["X-PER", undefined],
    ["BPER", undefined],
    ["O-PER", undefined],
    ["S-PER", "IOB2"],
  ] as const)("refuses the tag %j (strict: %s), naming its place", (tag, strict) => {
    expect(() => entities(["O", tag], strict)).toThrow(DataError);
    expect(() => entities(["O", tag], strict)).toThrow(`token 1 has the tag "${tag}"`);
  });
});
