import type { DType } from "@incipit/core";
import { expect, test } from "vitest";
import { toFloat32 } from "./convert.js";
import { tensor } from "./create.js";

test("a float32 tensor is returned as it is", () => {
  const x = tensor("float32", [2], [1, 2]);
  expect(toFloat32(x)).toBe(x);
});

test.each<DType>(["float64", "float16", "bfloat16", "int8", "int16", "int32", "int64"])(
  "%s keeps its numbers and its shape",
  (dtype) => {
    const x = tensor(dtype, [2, 2], [-3, 0, 1, 100]);
    expect(toFloat32(x)).toEqual(tensor("float32", [2, 2], [-3, 0, 1, 100]));
  },
);

test.each<[DType, number[]]>([
  ["int4", [-8, 7, 0, -1, 3]],
  ["uint4", [15, 8, 0, 1, 7]],
])("%s keeps its numbers, an odd number of them", (dtype, numbers) => {
  expect(toFloat32(tensor(dtype, [5], numbers))).toEqual(tensor("float32", [5], numbers));
});

test.each<DType>(["uint8", "uint16", "uint32", "uint64", "bool"])("%s keeps its numbers", (dtype) => {
  expect(toFloat32(tensor(dtype, [2], [0, 1]))).toEqual(tensor("float32", [2], [0, 1]));
});

test("16-bit floats keep subnormals, infinities and NaN", () => {
  const values = [2 ** -24, -(2 ** -15), Infinity, -Infinity, NaN, -0];
  expect(toFloat32(tensor("float16", [6], values))).toEqual(tensor("float32", [6], values));
  expect(toFloat32(tensor("bfloat16", [6], values))).toEqual(tensor("float32", [6], values));
});
