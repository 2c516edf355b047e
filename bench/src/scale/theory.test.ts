import { expect, it } from "vitest";
import { sweeps } from "./sweeps.js";
import { theory } from "./theory.js";

const base = { hidden: 64, layers: 2, sequence: 12, batch: 4, virtualTokens: 4 };

it("needs operations in proportion to the batch, but no more memory than the tokens that run at once", () => {
  const [one, two] = [theory(base, 32), theory({ ...base, batch: 8 }, 32)];
  expect(two.flops).toBeCloseTo(2 * one.flops);
  expect(two.activations).toBe(one.activations);
  expect(theory(base, 64).activations).toBe(2 * one.activations);
});

it("keeps of each token what the gradient reads: 9 hidden widths and a weight for every position and head", () => {
  expect(theory({ ...base, batch: 1 }, 16).activations).toBe(4 * 2 * 16 * (9 * 64 + 2 * 16));
});

it("varies one size at a time", () => {
  for (const { name, points } of sweeps.filter((sweep) => sweep.name !== "model size")) {
    const varied = Object.keys(base).filter(
      (key) => new Set(points.map(({ point }) => point[key as keyof typeof point])).size > 1,
    );
    expect(varied, name).toHaveLength(1);
  }
});
