import { DataError, type Parameters } from "@incipit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accumulate, clipByGlobalNorm, globalNorm } from "./gradients.js";

function vectors(values: Readonly<Record<string, readonly number[]>>): Parameters {
  return Object.fromEntries(
    Object.entries(values).map(([name, list]) => [
      name,
      { dtype: "float32", shape: [list.length], data: Float32Array.from(list) },
    ]),
  );
}

const anyValue = fc.float({ min: -100, max: 100, noNaN: true });
const anyPair = fc.record({
  a: fc.array(anyValue, { minLength: 3, maxLength: 3 }),
  b: fc.array(anyValue, { minLength: 2, maxLength: 2 }),
});

describe("clipping", () => {
  it("measures all gradients as one vector", () => {
    expect(globalNorm(vectors({ a: [3], b: [0, 4] }))).toBe(5);
  });

  it("bounds the norm, keeps the direction, and reports the norm before", () => {
    fc.assert(
      fc.property(anyPair, fc.double({ min: 0.01, max: 10, noNaN: true }), (values, maxNorm) => {
        const gradients = vectors(values);
        const norm = globalNorm(gradients);
        const clipped = clipByGlobalNorm(gradients, maxNorm);
        expect(clipped.norm).toBe(norm);
        if (norm <= maxNorm) {
          expect(clipped.gradients).toBe(gradients);
        } else {
          expect(globalNorm(clipped.gradients)).toBeCloseTo(maxNorm, 5);
          clipped.gradients["a"]!.data.forEach((value, i) => {
            expect(value).toBeCloseTo((gradients["a"]!.data[i]! * maxNorm) / norm, 5);
          });
        }
      }),
    );
  });
});

describe("accumulation", () => {
  it("gives loss and gradients of the union, whatever the sizes of the parts", () => {
    const anyPart = fc.record({ loss: anyValue, count: fc.nat(9), gradients: anyPair.map(vectors) });
    fc.assert(
      fc.property(fc.array(anyPart, { minLength: 1, maxLength: 5 }), (parts) => {
        fc.pre(parts.some(({ count }) => count > 0));
        const sum = accumulate(parts);
        // Every part again as `count` parts of one example each.
        const examples = parts.flatMap((part) => new Array<typeof part>(part.count).fill(part));
        const mean = (of: (part: (typeof parts)[number]) => number) =>
          examples.reduce((total, part) => total + of(part), 0) / examples.length;
        expect(sum.count).toBe(examples.length);
        expect(sum.loss).toBeCloseTo(
          mean(({ loss }) => loss),
          4,
        );
        for (const name of ["a", "b"]) {
          sum.gradients[name]!.data.forEach((value, i) => {
            expect(value).toBeCloseTo(
              mean(({ gradients }) => gradients[name]!.data[i]!),
              4,
            );
          });
        }
      }),
    );
  });

  it("ignores the loss of a part without targets, which is no number", () => {
    const empty = { loss: NaN, count: 0, gradients: vectors({ a: [NaN] }) };
    const part = { loss: 2, count: 3, gradients: vectors({ a: [1] }) };
    expect(accumulate([empty, part])).toBe(part);
    expect(() => accumulate([empty])).toThrow(DataError);
  });
});
