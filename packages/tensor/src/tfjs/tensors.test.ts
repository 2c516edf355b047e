import type { DType } from "@incipit/core";
import { ShapeError } from "@incipit/core";
import { beforeAll, describe, expect, test } from "vitest";
import { tensor, zeros } from "../host/create.js";
import { chooseBackend } from "./backend.js";
import { fromTfjs, type TensorFlow, toTfjs } from "./tensors.js";

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await chooseBackend());
});

describe("toTfjs and fromTfjs", () => {
  test.each([
    tensor("float32", [2, 2], [1, NaN, -Infinity, 2 ** -149]),
    tensor("int32", [3], [-(2 ** 31), 0, 2 ** 31 - 1]),
    tensor("bool", [2, 1], [1, 0]),
    tensor("float32", [], [1.5]),
    zeros("float32", [0, 3]),
  ])("give back what they were given ($dtype $shape)", (host) => {
    const device = toTfjs(tf, host);
    expect(fromTfjs(device)).toEqual(host);
    device.dispose();
  });

  test.each<DType>(["float64", "float16", "bfloat16"])("make %s float32", (dtype) => {
    const device = toTfjs(tf, tensor(dtype, [2], [0.5, -3]));
    expect(fromTfjs(device)).toEqual(tensor("float32", [2], [0.5, -3]));
  });

  test.each<DType>(["int8", "int16", "int64", "uint8", "uint16", "uint32", "uint64"])(
    "make %s int32",
    (dtype) => {
      const device = toTfjs(tf, tensor(dtype, [2], [0, 100]));
      expect(fromTfjs(device)).toEqual(tensor("int32", [2], [0, 100]));
    },
  );

  test.each<DType>(["int4", "uint4"])("make %s int32", (dtype) => {
    const device = toTfjs(tf, tensor(dtype, [3], [0, 7, 1]));
    expect(fromTfjs(device)).toEqual(tensor("int32", [3], [0, 7, 1]));
  });
});

test.each([
  ["int64", 2n ** 31n],
  ["int64", -(2n ** 40n)],
  ["uint32", 4294967295n],
] as const)("an %s of %d does not fit", (dtype, value) => {
  expect(() => toTfjs(tf, tensor(dtype, [2], [1, value]))).toThrow(
    expect.objectContaining({
      name: "ShapeError",
      message: `toTfjs: ${dtype}[2] has ${value} at index 1, but TF.js holds integers in 32 bits; keep them within ±2147483647.`,
    }),
  );
});

test("strings and complex numbers have no host tensor", () => {
  expect(() => fromTfjs(tf.tensor(["a"]))).toThrow(ShapeError);
});
