import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, summarize } from "./difference.js";

const gradient = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((values) => Float32Array.from(values))
  .filter((values) => values.some((value) => Math.abs(value) > 1e-3));

describe("difference", () => {
  it("of a step from itself is none", () => {
    fc.assert(
      fc.property(gradient, (values) => {
        const { cosine, relativeError, loss } = difference(
          { loss: 2, gradient: values },
          { loss: 2, gradient: values },
        );
        expect(cosine).toBeCloseTo(1, 12);
        expect([relativeError, loss]).toEqual([0, 0]);
      }),
    );
  });

  it("tells a gradient's length from its direction", () => {
    fc.assert(
      fc.property(gradient, (values) => {
        const doubled = values.map((value) => 2 * value);
        const { cosine, relativeError } = difference(
          { loss: 1, gradient: doubled },
          { loss: 1, gradient: values },
        );
        expect(cosine).toBeCloseTo(1, 12);
        expect(relativeError).toBeCloseTo(1, 12);
      }),
    );
  });

  it("is that of vectors at a right angle", () => {
    const actual = { loss: 1.5, gradient: Float32Array.of(0, 2) };
    const { cosine, relativeError, loss } = difference(actual, { loss: 1, gradient: Float32Array.of(1, 0) });
    expect(cosine).toBe(0);
    expect(relativeError).toBeCloseTo(Math.sqrt(5), 12);
    expect(loss).toBe(0.5);
  });
});

it("summarize takes means, and the worst cosine", () => {
  const differences = [
    { cosine: 1, relativeError: 0, loss: 0.25 },
    { cosine: 0.5, relativeError: 1, loss: 0.75 },
  ];
  expect(summarize(differences)).toEqual({ cosine: 0.75, worstCosine: 0.5, relativeError: 0.5, loss: 0.5 });
});
