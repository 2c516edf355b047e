import fc from "fast-check";
import { describe, expect, it } from "vitest";
import reference from "../test-data/logits.json" with { type: "json" };
import { logSoftmax, repetitionPenalty, softmax, temperature, topK, topP } from "./logits.js";

const processors = { repetitionPenalty, temperature, topK, topP };
type Name = keyof typeof processors;

/** JSON has no infinity; null stands for a token that is ruled out. */
const float32 = (values: readonly (number | null)[]): Float32Array =>
  Float32Array.from(values, (value) => value ?? -Infinity);

const someLogits = fc
  .array(fc.integer({ min: -80, max: 80 }), { minLength: 1, maxLength: 30 })
  .map((values) => Float32Array.from(values, (value) => value / 10));

describe("processors", () => {
  it.each(reference.map((entry) => [JSON.stringify(entry.options), entry] as const))(
    "do what transformers' do: %s",
    (_, { options, ids, logits, expected }) => {
      const result = (Object.entries(options) as [Name, number][]).reduce<Float32Array>(
        (values, [name, value]) => processors[name](value)(values, ids),
        float32(logits),
      );
      const finite = (values: ArrayLike<number>) => Array.from(values, Number.isFinite);
      expect(finite(result)).toEqual(finite(float32(expected)));
      result.forEach((value, i) => {
        const truth = expected[i] ?? -Infinity;
        if (Number.isFinite(truth)) expect(value).toBeCloseTo(truth, 5);
      });
    },
  );

  it("leave the logits given as they are", () => {
    const logits = Float32Array.of(1, -2, 3);
    for (const [name, value] of [
      ["repetitionPenalty", 2],
      ["temperature", 2],
      ["topK", 1],
      ["topP", 0.5],
    ] as const) {
      processors[name](value)(logits, [0, 1]);
      expect(logits).toEqual(Float32Array.of(1, -2, 3));
    }
  });
});

describe("topP", () => {
  it("keeps tokens of at least this probability together, and not one more than needed", () => {
    fc.assert(
      fc.property(someLogits, fc.double({ min: 0.01, max: 1, noNaN: true }), (logits, p) => {
        const kept = topP(p)(logits, []);
        const probabilities = Array.from(softmax(logits)).filter((_, i) => kept[i] !== -Infinity);
        const total = probabilities.reduce((sum, probability) => sum + probability, 0);
        expect(total).toBeGreaterThanOrEqual(p - 1e-9);
        const least = Math.min(...probabilities);
        const others = probabilities.filter((probability) => probability > least);
        expect(others.reduce((sum, probability) => sum + probability, 0)).toBeLessThan(p + 1e-9);
      }),
    );
  });
});

describe("logSoftmax", () => {
  it("is the logarithm of softmax, which adds up to one", () => {
    fc.assert(
      fc.property(someLogits, (logits) => {
        const probabilities = softmax(logits);
        expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
        logSoftmax(logits).forEach((value, i) => {
          expect(value).toBeCloseTo(Math.log(probabilities[i] ?? NaN), 4);
        });
      }),
    );
  });

  it("takes logits of any size, and tokens that are ruled out", () => {
    expect(Array.from(logSoftmax(Float32Array.of(1e4, -Infinity)))).toEqual([0, -Infinity]);
  });
});
