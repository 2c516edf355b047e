import { expect, it } from "vitest";
import { sweepSvg } from "./chart.js";

it("draws time and memory, what was measured beside the least", () => {
  const cost = {
    stepMs: 20,
    leastMs: 10,
    peakMiB: 300,
    loadedMiB: 200,
    leastMiB: 250,
    gemmGflops: 100,
    otherCores: 0,
  };
  const svg = sweepSvg("batch size", [
    { label: "1", cost },
    { label: "64", cost: { ...cost, stepMs: 900 } },
  ]);
  expect(svg).toMatch(/^<svg[^]*<\/svg>\s*$/);
  for (const text of ["batch size", "64", "ms per step", "peak MiB", "least that is needed"])
    expect(svg).toContain(text);
});
