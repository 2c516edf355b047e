import { describe, expect, it } from "vitest";
import { collect, fromMemory } from "./source.js";

describe("fromMemory and collect", () => {
  it("give every example in order, each time from the first", async () => {
    const source = fromMemory(new Set(["x", "y"]));
    expect(await collect(source)).toEqual(["x", "y"]);
    expect(await collect(source)).toEqual(["x", "y"]);
  });
});
