import { describe, expect, it } from "vitest";
import * as errors from "./errors.js";

const kinds = {
  ConfigError: "INCIPIT_CONFIG",
  DataError: "INCIPIT_DATA",
  DivergenceError: "INCIPIT_DIVERGENCE",
  FormatError: "INCIPIT_FORMAT",
  GraphError: "INCIPIT_GRAPH",
  MismatchError: "INCIPIT_MISMATCH",
  RuntimeError: "INCIPIT_RUNTIME",
  ShapeError: "INCIPIT_SHAPE",
  UnsupportedOperatorError: "INCIPIT_UNSUPPORTED_OPERATOR",
} as const;

describe.each(Object.entries(kinds))("%s", (name, code) => {
  const Kind = errors[name as keyof typeof kinds];

  it("is told by its name and its code, and is one of ours", () => {
    const error = new Kind("a message");
    expect(error).toBeInstanceOf(errors.IncipitError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, code, message: "a message", details: {} });
  });

  it("keeps its cause and its details", () => {
    const cause = new Error("beneath");
    const error = new Kind("a message", { cause, details: { line: 3 } });
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual({ line: 3 });
  });
});

it("has a code of its own for every kind", () => {
  const names = Object.keys(errors).filter((name) => name !== "IncipitError");
  expect(names.sort()).toEqual(Object.keys(kinds));
  expect(new Set(Object.values(kinds)).size).toBe(names.length);
});
