import { describe, expect, it } from "vitest";
import { argMax, logSumExp } from "./logits.js";

describe("argMax", () => {
  it("is the first of the largest", () => {
    expect(argMax([1, 3, 2, 3])).toBe(1);
    expect(argMax([-Infinity, -2])).toBe(1);
  });
});

describe("logSumExp", () => {
  it("does not overflow, and bears classes that are ruled out", () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 12);
    expect(logSumExp([-Infinity, 0])).toBe(0);
  });
});
