import { expect, test } from "vitest";
import { tensor } from "./create.js";
import { equalTensors } from "./equal.js";

const x = tensor("float32", [2, 2], [1, NaN, 0, 4]);

test("tensors of the same dtype, shape and bits are equal, wherever their memory is", () => {
  const view = Float32Array.of(9, 1, NaN, 0, 4).subarray(1);
  expect(equalTensors(x, tensor("float32", [2, 2], view))).toBe(true);
});

test.each([
  ["dtype", tensor("float64", [2, 2], [1, NaN, 0, 4])],
  ["shape", tensor("float32", [4], [1, NaN, 0, 4])],
  ["value", tensor("float32", [2, 2], [1, NaN, 0, 5])],
  ["sign of zero", tensor("float32", [2, 2], [1, NaN, -0, 4])],
])("tensors that differ in %s are not equal", (_, other) => {
  expect(equalTensors(x, other)).toBe(false);
});
