import { ShapeError } from "@incipit/core";
import { describe, expect, test } from "vitest";
import { tensor } from "./host/create.js";
import { constant, kaimingUniform, normal, uniform, xavierUniform, zeros } from "./initializers.js";
import { seededRandom } from "./random.js";

const weights = [200, 50];
const largest = (values: Float32Array) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("every random initializer", () => {
  test.each([
    ["normal", normal({ std: 0.02 })],
    ["uniform", uniform({ min: -1, max: 1 })],
    ["xavierUniform", xavierUniform()],
    ["kaimingUniform", kaimingUniform()],
  ])("%s gives the same bytes for the same seed, others for another", (_, initialize) => {
    const first = initialize(seededRandom(1), [3, 4]);
    expect(first.shape).toEqual([3, 4]);
    expect(initialize(seededRandom(1), [3, 4])).toEqual(first);
    expect(initialize(seededRandom(2), [3, 4])).not.toEqual(first);
  });
});

test("normal has the mean and the standard deviation asked for", () => {
  const { data } = normal({ std: 0.5, mean: 3 })(seededRandom(1), weights);
  expect(meanOf(data)).toBeCloseTo(3, 1);
  expect(Math.sqrt(meanOf(data.map((value) => (value - 3) ** 2)))).toBeCloseTo(0.5, 1);
});

test("uniform stays within its bounds and comes close to both", () => {
  const { data } = uniform({ min: -2, max: 5 })(seededRandom(1), weights);
  expect(Math.min(...data)).toBeGreaterThanOrEqual(-2);
  expect(Math.min(...data)).toBeLessThan(-1.9);
  expect(Math.max(...data)).toBeLessThanOrEqual(5);
  expect(Math.max(...data)).toBeGreaterThan(4.9);
});

test.each([
  ["xavierUniform", xavierUniform(), Math.sqrt(6 / 250)],
  ["kaimingUniform", kaimingUniform(), 1 / Math.sqrt(50)],
])("%s of [200,50] reaches up to its bound and no further", (_, initialize, bound) => {
  const { data } = initialize(seededRandom(1), weights);
  expect(largest(data)).toBeLessThanOrEqual(Math.fround(bound));
  expect(largest(data)).toBeGreaterThan(0.99 * bound);
});

test("a bias has no fan", () => {
  expect(() => kaimingUniform()(seededRandom(1), [3])).toThrow(
    expect.objectContaining({
      name: "ShapeError",
      message:
        "initializers.kaimingUniform: expected a weight [out, in], got [3]; use zeros or uniform for a bias.",
    }),
  );
});

test("zeros are zeros", () => {
  expect(zeros()(seededRandom(1), [2, 2])).toEqual(tensor("float32", [2, 2], [0, 0, 0, 0]));
});

test("constant copies its tensor", () => {
  const value = tensor("float32", [2], [1, 2]);
  const made = constant(value)(seededRandom(1), [2]);
  expect(made).toEqual(value);
  expect(made.data).not.toBe(value.data);
  expect(() => constant(value)(seededRandom(1), [3])).toThrow(ShapeError);
});
