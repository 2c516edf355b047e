import { ConfigError } from "@incipit/core";
import { expect, it } from "vitest";
import { named } from "./named.js";

it("gives the value of a name", () => {
  expect(named({ a: 1, b: 2 }, "b")).toBe(2);
});

it("lists the names that there are", () => {
  expect(() => named({ a: 1, b: 2 }, "c")).toThrow('There is no "c" here; there are: a, b.');
  expect(() => named({}, "c")).toThrow(ConfigError);
});
