import { expect, it } from "vitest";
import { erf } from "./special-functions.js";

it.each([
  [0, 0],
  [1e-9, 1.1283791670955125e-9],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.5, 0.999593047982555],
  [3, 0.9999779095030014],
  [5, 0.9999999999984626],
  [9, 1],
])("erf(±%f) has float64 accuracy", (x, expected) => {
  expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(3e-16);
  expect(erf(-x)).toBe(-erf(x));
});

it("joins its two formulas without a step", () => {
  expect(Math.abs(erf(2.5) - erf(2.5 - 1e-15))).toBeLessThan(1e-15);
});
