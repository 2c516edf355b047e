import { ConfigError } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { answerPosition, fillTemplate, template } from "./template.js";

describe("template", () => {
  it("parts what stands as it is from its fields", () => {
    expect(template("{text} It was {mask}.")).toEqual({
      source: "{text} It was {mask}.",
      parts: [{ field: "text" }, " It was ", { field: "mask" }, "."],
    });
  });

  it.each([
    ["It was {mask}.", "it has no place for the text; write {text}"],
    ["{text} {mask} {mask}", "more than one {mask}"],
    ["{text} {label}", "{label} is no field; there are {text}, {pair} and {mask}"],
    ["{text} {constructor}", "{constructor} is no field"],
  ])("refuses %j", (source, message) => {
    expect(() => template(source)).toThrow(ConfigError);
    expect(() => template(source)).toThrow(message);
  });
});

describe("fillTemplate", () => {
  it("puts an example's texts and the mask in their places, and looks for no fields in them", () => {
    const both = template("{pair}? {mask}, {text} {text}");
    expect(fillTemplate(both, { text: "a {mask}", pair: "b$&", mask: "<m>" })).toBe(
      "b$&? <m>, a {mask} a {mask}",
    );
  });

  it("refuses an example that lacks a text", () => {
    expect(() => fillTemplate(template("{text} {pair}"), { text: "a" })).toThrow(
      'The template "{text} {pair}" cannot be used: there is nothing to put in the place of {pair}.',
    );
  });
});

describe("answerPosition", () => {
  it("is the mask, or the end where there is none", () => {
    expect(answerPosition(template("{text} {mask}"), { maskId: 4 })).toEqual({ mask: 4 });
    expect(answerPosition(template("{text} It was"), { maskId: 4 })).toBe("last");
  });

  it("cannot be a mask that the tokenizer does not know", () => {
    expect(() => answerPosition(template("{text} {mask}"), {})).toThrow(
      /has no mask token; write it without/,
    );
  });
});
