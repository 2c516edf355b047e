import { describe, expect, it } from "vitest";
import { randomTensors } from "./random-tensors.js";

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("randomTensors", () => {
  it("repeats itself with the same seed and only then", () => {
    const draw = (seed: number) => randomTensors(seed).normal([4, 5]);
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  it("draws normal entries of the scale asked for", () => {
    const { data } = randomTensors(0).normal([10_000], 3);
    expect(Math.abs(mean(data))).toBeLessThan(0.1);
    expect(Math.sqrt(mean(data.map((value) => value ** 2)))).toBeCloseTo(3, 1);
  });

  it("keeps within the bounds, all of which are reached", () => {
    const random = randomTensors(0);
    const integers = new Set(random.integers([200], -2, 3).data);
    expect([...integers].sort()).toEqual([-1n, -2n, 0n, 1n, 2n]);
    expect(new Set(random.booleans([50]).data)).toEqual(new Set([0, 1]));
    const { data } = random.uniform([1000], 2, 4);
    expect(data.every((value) => value >= 2 && value <= 4)).toBe(true);
    expect(mean(data)).toBeCloseTo(3, 1);
  });
});
