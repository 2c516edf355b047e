import { DataError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUtf8 } from "./utf8.js";

describe("decodeUtf8", () => {
  it("decodes what was encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.startsWith("\uFEFF"));
        expect(decodeUtf8(new TextEncoder().encode(text), "x")).toBe(text);
      }),
    );
  });

  it("drops a byte order mark", () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), "x")).toBe("a");
  });

  it.each([
    ["Latin-1", Buffer.from("text,label\ncaf\u00E9,a\n", "latin1"), 2],
    ["UTF-16", Buffer.from("\uFEFFtext,label\n", "utf16le"), 1],
    ["a cut character", Buffer.from("a\nb\n\u20AC").subarray(0, 6), 3],
  ])("refuses %s, naming the line", (_, bytes, line) => {
    expect(() => decodeUtf8(bytes, "d.csv")).toThrow(DataError);
    expect(() => decodeUtf8(bytes, "d.csv")).toThrow(`d.csv, line ${line}: this is not UTF-8 text`);
  });
});
