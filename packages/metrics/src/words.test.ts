import { expect, it } from "vitest";
import { words, withoutTrailingSpace } from "./words.js";

it("splits at what Python takes for whitespace, which the byte order mark is not", () => {
  expect(words(" a\u0085b\u00a0\u3000c\u001cd\ufeffe\n")).toEqual(["a", "b", "c", "d\ufeffe"]);
  expect(words(" ")).toEqual([]);
});

it("cuts whitespace off at the end only", () => {
  expect(withoutTrailingSpace(" a b\u0085\n ")).toBe(" a b");
  expect(withoutTrailingSpace(" \t")).toBe("");
});
