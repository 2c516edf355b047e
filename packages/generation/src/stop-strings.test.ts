import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stopStrings } from "./stop-strings.js";

/** All that comes out when these pieces go in. */
function run(pieces: readonly string[], stops: readonly string[]): { text: string; stopped: boolean } {
  const filter = stopStrings(stops);
  let out = "";
  for (const piece of pieces) {
    const { text, stopped } = filter.push(piece);
    out += text;
    if (stopped) return { text: out, stopped };
  }
  return { text: out + filter.flush(), stopped: false };
}

describe("stopStrings", () => {
  it("gives the text before the first stop string, however the text comes in pieces", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
    const stops = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 }), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 8 }), stops, (pieces, strings) => {
        const whole = pieces.join("");
        const places = strings.map((stop) => whole.indexOf(stop)).filter((place) => place >= 0);
        const { text, stopped } = run(pieces, strings);
        expect(stopped).toBe(places.length > 0);
        if (!stopped) expect(text).toBe(whole);
        // A longer stop string may begin earlier and be complete only after another has ended the text.
        else expect(places.map((place) => whole.slice(0, place))).toContain(text);
      }),
    );
  });

  it("holds back only what could begin a stop string", () => {
    const filter = stopStrings(["\n\n", "END"]);
    expect(filter.push("one\n")).toEqual({ text: "one", stopped: false });
    expect(filter.push("two E")).toEqual({ text: "\ntwo ", stopped: false });
    expect(filter.push("N")).toEqual({ text: "", stopped: false });
    expect(filter.flush()).toBe("EN");
    expect(filter.push("x\n\ny")).toEqual({ text: "x", stopped: true });
  });
});
