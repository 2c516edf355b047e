import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBfloat16Bits, fromFloat16Bits, toBfloat16Bits, toFloat16Bits } from "./float16.js";

const everyHalf = Array.from({ length: 0x10000 }, (_, bits) => bits);

describe("binary16", () => {
  test.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0x3555, 0.333251953125],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])("reads %i as %d", (bits, value) => {
    expect(fromFloat16Bits(bits)).toBe(value);
  });

  test("writes what it read, for every one of the 65536", () => {
    const changed = everyHalf.filter(
      (bits) => !Number.isNaN(fromFloat16Bits(bits)) && toFloat16Bits(fromFloat16Bits(bits)) !== bits,
    );
    expect(changed).toEqual([]);
    expect(fromFloat16Bits(toFloat16Bits(NaN))).toBeNaN();
  });

  test("rounds to the nearest, ties to the even one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bfe }), fc.boolean(), (bits, negative) => {
        const sign = negative ? -1 : 1;
        const [low, high] = [fromFloat16Bits(bits), fromFloat16Bits(bits + 1)];
        const at = (part: number) => toFloat16Bits(sign * (low + part * (high - low))) & 0x7fff;
        expect(at(0.499)).toBe(bits);
        expect(at(0.501)).toBe(bits + 1);
        expect(at(0.5)).toBe(bits % 2 === 0 ? bits : bits + 1);
      }),
    );
  });

  test("overflows to infinity from 65520 on", () => {
    expect(toFloat16Bits(65519.99)).toBe(0x7bff);
    expect(toFloat16Bits(65520)).toBe(0x7c00);
    expect(toFloat16Bits(-1e300)).toBe(0xfc00);
  });
});

describe("bfloat16", () => {
  test.each([
    [0x3f80, 1],
    [0xc049, -3.140625],
    [0x0001, 2 ** -133],
    [0x7f80, Infinity],
    [0x8000, -0],
    [0x7fc0, NaN],
  ])("reads %i as %d", (bits, value) => {
    expect(fromBfloat16Bits(bits)).toBe(value);
  });

  test("writes what it read, for every one of the 65536", () => {
    const changed = everyHalf.filter(
      (bits) => !Number.isNaN(fromBfloat16Bits(bits)) && toBfloat16Bits(fromBfloat16Bits(bits)) !== bits,
    );
    expect(changed).toEqual([]);
    expect(fromBfloat16Bits(toBfloat16Bits(NaN))).toBeNaN();
  });

  test("rounds to the nearest, ties to the even one", () => {
    expect(toBfloat16Bits(1 + 2 ** -8)).toBe(0x3f80);
    expect(toBfloat16Bits(1 + 2 ** -8 + 2 ** -20)).toBe(0x3f81);
    expect(toBfloat16Bits(1 + 3 * 2 ** -8)).toBe(0x3f82);
    expect(toBfloat16Bits(-(1 + 3 * 2 ** -8))).toBe(0xbf82);
    expect(toBfloat16Bits(3.4e38)).toBe(0x7f80);
  });
});
