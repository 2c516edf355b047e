import { type DType, ShapeError } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { full, scalar, tensor, zeros } from "./create.js";
import { formatTensor, sizeOf } from "./shape.js";

describe("tensor", () => {
  test("keeps a typed array without copying it", () => {
    const data = Float32Array.of(1, 2, 3, 4);
    expect(tensor("float32", [2, 2], data).data).toBe(data);
  });

  test("converts a list to the dtype's array", () => {
    expect(tensor("int64", [2], [1, -2n])).toEqual({
      dtype: "int64",
      shape: [2],
      data: BigInt64Array.of(1n, -2n),
    });
    expect(tensor("bool", [3], [true, 0, 1n]).data).toEqual(Uint8Array.of(1, 0, 1));
    expect(tensor("float16", [2], [1, -0.5]).data).toEqual(Uint16Array.of(0x3c00, 0xb800));
    expect(tensor("bfloat16", [1], [1]).data).toEqual(Uint16Array.of(0x3f80));
    expect(tensor("int4", [3], [-8, 7, -1]).data).toEqual(Uint8Array.of(0x78, 0x0f));
  });

  test("takes 4-bit integers two to a byte, as they are stored", () => {
    const data = Uint8Array.of(0x78, 0x0f);
    expect(tensor("uint4", [3], data).data).toBe(data);
    expect(() => tensor("uint4", [5], data)).toThrow(ShapeError);
    expect(zeros("uint4", [3]).data).toEqual(new Uint8Array(2));
    expect(full("uint4", [3], 5)).toEqual(tensor("uint4", [3], [5, 5, 5]));
  });

  test("says which shape and how many values when they do not agree", () => {
    expect(() => tensor("float32", [2, 3], [1, 2])).toThrow(
      expect.objectContaining({
        name: "ShapeError",
        message: "tensor: float32[2,3] holds 6 values, got 2; check the shape.",
      }),
    );
  });

  test.each([[[-1]], [[1.5]], [[NaN, 2]]])("refuses %j as a shape", (shape) => {
    expect(() => tensor("float32", shape, [])).toThrow(ShapeError);
  });

  test.each<[DType, number | bigint]>([
    ["int32", 1.5],
    ["int32", 2 ** 31],
    ["uint8", -1],
    ["int64", 0.5],
    ["int64", 2n ** 63n],
    ["uint64", -1n],
    ["bool", 2],
    ["int4", 8],
    ["int4", -9],
    ["uint4", -1],
    ["uint4", 16],
  ])("does not let %s hold %s", (dtype, value) => {
    expect(() => tensor(dtype, [1], [value])).toThrow(ShapeError);
  });
});

test("zeros, full and scalar fill every element", () => {
  expect(zeros("float64", [2, 2]).data).toEqual(new Float64Array(4));
  expect(full("int64", [3], 7).data).toEqual(BigInt64Array.of(7n, 7n, 7n));
  expect(full("float16", [0, 4], 1).data).toHaveLength(0);
  expect(scalar("float32", 0.5)).toEqual({ dtype: "float32", shape: [], data: Float32Array.of(0.5) });
});

test("a shape's size is the product of its sizes", () => {
  expect(sizeOf([])).toBe(1);
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.array(fc.nat(9)), (a, b) => {
      expect(sizeOf([...a, ...b])).toBe(sizeOf(a) * sizeOf(b));
    }),
  );
});

test("messages write a tensor as dtype and shape", () => {
  expect(formatTensor(zeros("float32", [2, 3]))).toBe("float32[2,3]");
  expect(formatTensor(scalar("int64", 1))).toBe("int64[]");
});
