import { describe, expect, it } from "vitest";
import type { DType } from "@incipit/core";
import {
  byteLength,
  DATA_TYPE,
  dataLength,
  dtypeOf,
  formatType,
  int64,
  sizeOf,
  tensorFromBytes,
  tensorToBytes,
} from "./tensors.js";

describe("tensors", () => {
  it("have a number for every dtype, and back", () => {
    for (const dtype of Object.keys(DATA_TYPE) as DType[]) expect(dtypeOf(DATA_TYPE[dtype])).toBe(dtype);
    expect(dtypeOf(8)).toBeUndefined();
  });

  it("are views of aligned bytes and copies of others", () => {
    const memory = new Uint8Array(new Float32Array([0, 1, 2]).buffer);
    const aligned = tensorFromBytes("float32", [2], memory.subarray(4));
    expect(aligned).toEqual({ dtype: "float32", shape: [2], data: Float32Array.of(1, 2) });
    expect(aligned.data.buffer).toBe(memory.buffer);
    expect(tensorToBytes(aligned)).toEqual(memory.subarray(4));
    const shifted = new Uint8Array(9);
    shifted.set(memory.subarray(4), 1);
    const copied = tensorFromBytes("float32", [2], shifted.subarray(1));
    expect(copied).toEqual(aligned);
    expect(copied.data.buffer).not.toBe(shifted.buffer);
  });

  it("take half a byte for each integer of 4 bits", () => {
    expect(byteLength("int4", [3, 3])).toBe(5);
    expect(dataLength("uint4", [2])).toBe(1);
    expect(byteLength("float16", [3, 3])).toBe(18);
  });

  it("hold the ends of int64 where a number lies beyond", () => {
    expect(int64([1, 2 ** 63, -(2 ** 70)]).data).toEqual(BigInt64Array.of(1n, 2n ** 63n - 1n, -(2n ** 63n)));
  });

  it("are described by dtype and shape", () => {
    expect(sizeOf([2, 3])).toBe(6);
    expect(sizeOf([])).toBe(1);
    expect(formatType("float32", [2, "batch", undefined])).toBe("float32[2,batch,?]");
    expect(formatType("int64")).toBe("int64");
  });
});
