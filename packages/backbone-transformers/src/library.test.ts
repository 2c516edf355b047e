import { RuntimeError } from "@incipit/core";
import { describe, expect, it, vi } from "vitest";
import { loadLibrary, reasonOf } from "./library.js";

vi.mock("@huggingface/transformers", () => {
  throw new Error("Could not load the sharp module\nPossible solutions: none");
});

describe("loadLibrary", () => {
  it("says what is missing, and how to get it", async () => {
    const loading = loadLibrary();
    await expect(loading).rejects.toThrow(RuntimeError);
    await expect(loading).rejects.toThrow(
      /Could not load the sharp module\).*npm install @huggingface\/transformers/,
    );
  });
});

describe("reasonOf", () => {
  it("tells the first line, with what lies beneath", () => {
    const refused = new Error("connect ECONNREFUSED");
    expect(reasonOf(new TypeError("fetch failed.\n at x", { cause: refused }))).toBe(
      "fetch failed (connect ECONNREFUSED)",
    );
    expect(reasonOf("no error")).toBe("no error");
  });
});
