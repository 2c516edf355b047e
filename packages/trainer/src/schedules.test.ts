import fc from "fast-check";
import { expect, it } from "vitest";
import { constant, cosine, linear } from "./schedules.js";

const total = 10;
const trace = (schedule: (step: number, total: number) => number) =>
  Array.from({ length: total }, (_, step) => schedule(step, total));

it("stays at the full rate when constant", () => {
  expect(trace(constant())).toEqual(new Array(total).fill(1));
});

it("falls along a line", () => {
  trace(linear()).forEach((rate, step) => {
    expect(rate).toBeCloseTo(1 - step / total, 12);
  });
});

it("falls along a cosine", () => {
  trace(cosine()).forEach((rate, step) => {
    expect(rate).toBeCloseTo(Math.cos((Math.PI * step) / total / 2) ** 2, 12);
  });
});

it("rises over the warm-up, given in updates or as a fraction", () => {
  expect(trace(linear({ warmup: 4 }))).toEqual(
    [1 / 5, 2 / 5, 3 / 5, 4 / 5, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6].map(
      (rate) => expect.closeTo(rate, 12) as number,
    ),
  );
  expect(trace(cosine({ warmup: 0.4 }))).toEqual(trace(cosine({ warmup: 4 })));
});

it("gives every update a rate above zero and at most one", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(constant, linear, cosine),
      fc.oneof(fc.double({ min: 0, max: 0.99, noNaN: true }), fc.nat(100)),
      fc.integer({ min: 1, max: 1000 }),
      fc.nat(),
      (schedule, warmup, totalSteps, draw) => {
        const rate = schedule({ warmup })(draw % totalSteps, totalSteps);
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(1);
      },
    ),
  );
});

it.each([-1, 1.5, NaN])("refuses a warm-up of %d", (warmup) => {
  expect(() => linear({ warmup })).toThrow("warmup");
});
