import fc from "fast-check";
import { expect, test } from "vitest";
import { packInt4, unpackInt4 } from "./int4.js";

test.each([
  ["int4", -8, 7],
  ["uint4", 0, 15],
] as const)("%s of any number come back from half as many bytes", (dtype, min, max) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min, max })), (integers) => {
      const packed = packInt4(integers);
      expect(packed).toHaveLength(Math.ceil(integers.length / 2));
      expect(Array.from(unpackInt4(packed, integers.length, dtype))).toEqual(integers);
    }),
  );
});

test("the first of two is in the lower half of their byte", () => {
  expect(packInt4([1, -2, 3])).toEqual(Uint8Array.of(0xe1, 0x03));
  expect(Array.from(unpackInt4(Uint8Array.of(0xe1, 0x03), 3, "uint4"))).toEqual([1, 14, 3]);
});
