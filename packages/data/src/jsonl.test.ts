import { ConfigError, DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonl } from "./jsonl.js";

const lines = (...records: unknown[]) => records.map((record) => JSON.stringify(record)).join("\n");

describe("parseJsonl", () => {
  it("gives an example for each line that is not blank", () => {
    const content = '\uFEFF{"text":"x","label":"a","id":7}\r\n\r\n{"text":"y","label":"b"}\n';
    expect(parseJsonl(content)).toEqual([
      { text: "x", label: "a", line: 1 },
      { text: "y", label: "b", line: 3 },
    ]);
  });

  it("takes the fields it is told, and numbers and booleans as labels", () => {
    const content = lines({ q: "x", a: "y", ok: true }, { q: "x", a: "y", ok: 0 });
    expect(parseJsonl(content, { textColumn: "q", pairColumn: "a", labelColumn: "ok" })).toEqual([
      { text: "x", pair: "y", label: "true", line: 1 },
      { text: "x", pair: "y", label: "0", line: 2 },
    ]);
  });

  it("reads back what was written", () => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(fc.array(fc.record({ text: word, label: word }), { minLength: 1 }), (records) => {
        expect(parseJsonl(lines(...records))).toEqual(
          records.map(({ text, label }, index) => ({ text, label: label.trim(), line: index + 1 })),
        );
      }),
    );
  });

  it("names a field that the first line lacks, and the one probably meant", () => {
    expect(() => parseJsonl(lines({ txt: "x", label: "a" }), { name: "d.jsonl" })).toThrow(ConfigError);
    expect(() => parseJsonl(lines({ txt: "x", label: "a" }), { name: "d.jsonl" })).toThrow(
      'd.jsonl, line 1: there is no field "text"; the fields are "txt", "label"; did you mean "txt"?',
    );
  });

  it.each([
    ["nothing", "\n\n", /there are no examples/u],
    ["what is not JSON", '{"text":"x","label":"a"}\n{"text":', /line 2: not JSON \(/u],
    ["what is not an object", '["x","a"]', /line 1: expected a JSON object .*got an array/u],
    ["null", "null", /got null/u],
    [
      "a field missing later on",
      lines({ text: "x", label: "a" }, { text: "x" }),
      /line 2: there is no field "label"/u,
    ],
    [
      "a text that is a number",
      lines({ text: 1, label: "a" }),
      /field "text" must be a string, got a number/u,
    ],
    [
      "a label that is null",
      lines({ text: "x", label: null }),
      /"label" must be a string or a number .*got null/u,
    ],
    ["an empty label", lines({ text: "x", label: "" }), /line 1: column "label" is empty/u],
  ])("refuses %s, saying where", (_, content, message) => {
    expect(() => parseJsonl(content)).toThrow(DataError);
    expect(() => parseJsonl(content)).toThrow(message);
  });
});
