import type { HostTensor } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { expectClose, type Tolerance } from "./expect-close.js";

const float32 = (...values: number[]): HostTensor => ({
  dtype: "float32",
  shape: [values.length],
  data: Float32Array.from(values),
});
const int64 = (...values: bigint[]): HostTensor => ({
  dtype: "int64",
  shape: [values.length],
  data: BigInt64Array.from(values),
});
const check = (actual: HostTensor | undefined, expected: HostTensor, tolerance?: Tolerance) => () => {
  expectClose(actual, expected, tolerance);
};

describe("expectClose", () => {
  it("accepts entries within the tolerance and refuses those beyond", () => {
    expect(check(float32(1, 1000.05), float32(1, 1000))).not.toThrow();
    expect(check(float32(1, 1000.2), float32(1, 1000))).toThrow("1 of 2 entries");
    expect(check(float32(0.01), float32(0))).toThrow();
    expect(check(float32(0.01), float32(0), { absolute: 0.02 })).not.toThrow();
  });

  it("measures against the largest entry when asked to", () => {
    const [actual, expected] = [float32(0.001, 100), float32(0, 100)];
    expect(check(actual, expected)).toThrow();
    expect(check(actual, expected, { relativeTo: "largest" })).not.toThrow();
    expect(check(float32(0.1, 100), expected, { relativeTo: "largest" })).toThrow("largest entry, 100");
  });

  it("names the shape, the worst position and both of its values", () => {
    const expected: HostTensor = { dtype: "float32", shape: [2, 3], data: new Float32Array(6) };
    const actual: HostTensor = { ...expected, data: Float32Array.of(0, 0.25, 0, 0, 0, -0.5) };
    expect(check(actual, expected)).toThrow(
      /float32\[2,3\]: 2 of 6 entries .* the worst, at \[1,2\], is -0.5 instead of 0$/,
    );
  });

  it("takes floats of different width for comparable, and nothing else", () => {
    const wide: HostTensor = { dtype: "float64", shape: [1], data: Float64Array.of(0.1) };
    expect(check(float32(0.1), wide)).not.toThrow();
    expect(check(int64(0n), wide)).toThrow("expected float64[1]: got int64[1]");
  });

  it("refuses another shape and a tensor that is not there", () => {
    expect(check(float32(1, 2), float32(1))).toThrow("expected float32[1]: got float32[2]");
    expect(check(undefined, float32(1))).toThrow("there is no tensor");
  });

  it("wants integers to be equal, whatever the tolerance", () => {
    expect(check(int64(5n, 6n), int64(5n, 6n))).not.toThrow();
    expect(check(int64(5n, 7n), int64(5n, 6n), { absolute: 9 })).toThrow("is 7 instead of 6");
  });

  it("takes NaN and infinities for close to themselves only", () => {
    expect(check(float32(NaN, Infinity), float32(NaN, Infinity))).not.toThrow();
    expect(check(float32(1), float32(NaN))).toThrow("is 1 instead of NaN");
    expect(check(float32(NaN), float32(1))).toThrow("is NaN instead of 1");
    expect(check(float32(Infinity), float32(-Infinity))).toThrow();
    expect(check(float32(1), float32(Infinity))).toThrow();
    expect(check(float32(1, 5, 9), float32(1, 4, NaN), { relativeTo: "largest" })).toThrow("2 of 3");
    expect(check(float32(1, 5, 9), float32(1, 4, Infinity), { relativeTo: "largest" })).toThrow("2 of 3");
  });
});
