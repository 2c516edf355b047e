import { ConfigError, DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DelimitedOptions, parseCsv, parseTsv } from "./delimited.js";

/** The error that reading this CSV ends in. */
function failure(content: string, options: DelimitedOptions = {}): Error {
  try {
    parseCsv(content, { name: "reviews.csv", ...options });
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was read without an error");
}

describe("parseCsv", () => {
  it("gives text and label of each row, with its line", () => {
    expect(parseCsv("id,text,label\n1,Good film,pos\n2,Bad film,neg\n")).toEqual([
      { text: "Good film", label: "pos", line: 2 },
      { text: "Bad film", label: "neg", line: 3 },
    ]);
  });

  it("takes the columns it is told, in any order, and the pair", () => {
    const content = "gold,question,answer\nyes,Is it?,It is.\n";
    expect(parseCsv(content, { textColumn: "question", pairColumn: "answer", labelColumn: "gold" })).toEqual([
      { text: "Is it?", pair: "It is.", label: "yes", line: 2 },
    ]);
  });

  it("reads quoted delimiters, quotes and line ends, and still knows the lines", () => {
    const content = 'text,label\n"One, ""two""\nthree",a\n\nfour,b\n';
    expect(parseCsv(content)).toEqual([
      { text: 'One, "two"\nthree', label: "a", line: 2 },
      { text: "four", label: "b", line: 5 },
    ]);
  });

  it("reads byte order marks, line ends of all systems in one file, blank lines and a missing last line end", () => {
    expect(parseCsv("\uFEFFtext , label\r\nx, a \r\n\r\n,\r\ny,b\rz,c\nq,d")).toEqual([
      { text: "x", label: "a", line: 2 },
      { text: "y", label: "b", line: 5 },
      { text: "z", label: "c", line: 6 },
      { text: "q", label: "d", line: 7 },
    ]);
  });

  it("reads quotes within an unquoted field as they are", () => {
    expect(parseCsv('text,label\nHe said "yes",a\n')[0]?.text).toBe('He said "yes"');
  });

  it("reads back what was written", () => {
    const field = fc
      .array(fc.constantFrom("a", "é", "😀", ",", '"', "\n", " ", "\t"), { minLength: 1 })
      .map((characters) => characters.join(""))
      .filter((text) => text.trim() !== "");
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, field), { minLength: 1 }),
        fc.constantFrom("\n", "\r\n"),
        (rows, end) => {
          const content = [["text", "label"], ...rows].map((row) => row.map(quote).join(",") + end).join("");
          const lines = rows.map(
            (_, index) => rows.slice(0, index).flat().join("").split("\n").length + index + 1,
          );
          expect(parseCsv(content)).toEqual(
            rows.map(([text, label], index) => ({ text, label: label.trim(), line: lines[index] })),
          );
        },
      ),
    );
  });

  it("names a missing column, those there are, and the one probably meant", () => {
    const error = failure("Text,sentiment\nx,a\n");
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      'reviews.csv: there is no column "text"; the columns are "Text", "sentiment"; did you mean "Text"?',
    );
  });

  it("refuses a column that is there twice", () => {
    expect(failure("text,label,label\nx,a,b\n").message).toMatch(/more than one column "label"/u);
  });

  it.each([
    ["an empty file", "", /^reviews\.csv: the file is empty/u],
    ["a blank file", "\n \n", /the file is empty/u],
    ["a header alone", "text,label\n", /there are no examples/u],
    ["a quote that is never closed", 'text,label\nx,a\n"y,b\nz,c\n', /line 3: a quote/u],
    ["text after a closing quote", 'text,label\nx,a\ny,b\n"z" z,c\n', /line 4: a quote/u],
    ["a broken quote after a quoted line end", 'text,label\n"x\nx",a\n"y" y,b\n', /line 4: a quote/u],
    [
      "too few fields",
      "text,label\nx,a\ny\n",
      /line 3: there is 1 field where the first line names 2 columns/u,
    ],
    ["an unquoted comma", "text,label\nx, y,a\n", /line 2: there are 3 fields .* must stand in quotes/u],
    ["an empty label", "text,label\nx,a\ny, \n", /line 3: column "label" is empty/u],
    ["an empty text", "text,label\n  ,a\n", /line 2: column "text" is empty/u],
  ])("refuses %s, saying where", (_, content, message) => {
    const error = failure(content);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });

  it("tells programs the line", () => {
    expect(failure("text,label\nx,\n")).toMatchObject({
      code: "INCIPIT_DATA",
      details: { name: "reviews.csv", line: 2 },
    });
  });
});

describe("parseTsv", () => {
  it("takes tabs between fields, and commas as text", () => {
    expect(parseTsv('text\tlabel\none, two\ta\n"three\tfour"\tb\n')).toEqual([
      { text: "one, two", label: "a", line: 2 },
      { text: "three\tfour", label: "b", line: 3 },
    ]);
  });

  it("takes quotes as characters when told to", () => {
    const content = 'text\tlabel\n"Open\ta\n"Closed" here\tb\n';
    expect(() => parseTsv(content)).toThrow(/^TSV, line 2: .*\{ quotes: false \}/u);
    expect(parseTsv(content, { quotes: false }).map(({ text }) => text)).toEqual(['"Open', '"Closed" here']);
  });
});
