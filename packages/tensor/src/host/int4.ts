/** @file Integers of 4 bits, two to a byte, the first in its lower half: as ONNX stores them. */
import type { DType } from "@incipit/core";

/** The element types that two elements of share a byte. */
export function isPacked(dtype: DType): dtype is "int4" | "uint4" {
  return dtype === "int4" || dtype === "uint4";
}

/** The integers in these bytes, `length` of them. Loops: there may be a billion. */
export function unpackInt4(packed: Uint8Array, length: number, dtype: "int4" | "uint4"): Int8Array {
  const integers = new Int8Array(length);
  const offset = dtype === "int4" ? 8 : 0;
  for (let i = 0; i < length; i++) {
    const half = ((packed[i >> 1] as number) >> (4 * (i & 1))) & 15;
    // In two's complement 8 to 15 stand for -8 to -1.
    integers[i] = (half ^ offset) - offset;
  }
  return integers;
}

/** These integers as bytes; of each the lowest 4 bits. */
export function packInt4(integers: ArrayLike<number>): Uint8Array {
  const packed = new Uint8Array(Math.ceil(integers.length / 2));
  for (let i = 0; i < integers.length; i++) {
    packed[i >> 1] = (packed[i >> 1] as number) | (((integers[i] as number) & 15) << (4 * (i & 1)));
  }
  return packed;
}
