import { InvalidArgumentError } from "@commander-js/extra-typings";
import { describe, expect, it } from "vitest";
import {
  collect,
  description,
  folder,
  folderOrOff,
  fraction,
  fromZero,
  init,
  labelWords,
  positive,
  probability,
  warmup,
  whole,
} from "./options.js";

describe("numbers", () => {
  it.each([
    ["whole(1)", whole(1), ["1", "12", "1e3"], ["0", "-1", "1.5", "", " ", "x", "NaN", "Infinity"]],
    ["whole(0)", whole(0), ["0"], ["-1"]],
    ["positive", positive, ["0.3", "1e-5", "7"], ["0", "-1", "Infinity", "", "0,3"]],
    ["fromZero", fromZero, ["0", "0.5", "2"], ["-0.1", "Infinity", ""]],
    ["probability", probability, ["0.1", "1"], ["0", "1.1", ""]],
    ["fraction", fraction, ["0", "0.1", ".99"], ["1", "-0.1", ""]],
    ["warmup", warmup, ["0", "0.1", "1", "500"], ["1.5", "-1", ""]],
  ])("%s takes what makes sense, and nothing else", (_, parse, valid, invalid) => {
    for (const text of valid) expect(parse(text)).toBe(Number(text));
    for (const text of invalid) expect(() => parse(text)).toThrow(InvalidArgumentError);
  });
});

it("an initialisation is a word of the list or a text", () => {
  for (const text of ["labels", "vocabulary", "random", "text:is it: good?"]) expect(init(text)).toBe(text);
  for (const text of ["text:", "text: ", "zeros", ""]) expect(() => init(text)).toThrow(InvalidArgumentError);
});

it("descriptions add up, the last of a label counts, and may contain =", () => {
  const first = description("good = a happy customer");
  expect(description("bad=price = too high", first)).toEqual({
    good: "a happy customer",
    bad: "price = too high",
  });
  expect(description("good=fine", first)).toEqual({ good: "fine" });
  for (const text of ["good", "=fine", "good="])
    expect(() => description(text)).toThrow(InvalidArgumentError);
});

it("words add up by label, without the blanks around them", () => {
  expect(labelWords("bad=bad", labelWords("good = great, fine "))).toEqual({
    good: ["great", "fine"],
    bad: ["bad"],
  });
  for (const text of ["good", "=fine", "good=", "good=fine,,great"])
    expect(() => labelWords(text)).toThrow(InvalidArgumentError);
});

it("values that may be given several times keep their order", () => {
  expect(collect("b", collect("a"))).toEqual(["a", "b"]);
});

it("a folder can be turned off, where it may be", () => {
  expect(["off", "./off", "a/b/"].map(folderOrOff)).toEqual([false, "off", "a/b"]);
  expect(() => folderOrOff("")).toThrow(InvalidArgumentError);
});

it("a folder has no slash at its end, so that names can be made from it", () => {
  expect(["out", "out/", "a/out//", "./out", "..", "/"].map(folder)).toEqual([
    "out",
    "out",
    "a/out",
    "out",
    "..",
    "/",
  ]);
  expect(() => folder(" ")).toThrow(InvalidArgumentError);
});
