import { type TrainEvent } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { colors } from "./theme.js";
import { trainingCurveSvg } from "./training-curve.js";

const steps: TrainEvent[] = Array.from({ length: 20 }, (_, i) => ({
  type: "step",
  step: i + 1,
  totalSteps: 40,
  epoch: 0,
  loss: 2 / (i + 1),
  gradientNorm: 1,
  rate: 1,
  examples: 8,
}));
const evaluations: TrainEvent[] = [10, 20].map((step) => ({
  type: "evaluation",
  step,
  metrics: { accuracy: step / 20, perplexity: 7 },
  best: true,
}));
const texts = (svg: string) => Array.from(svg.matchAll(/<text[^>]*>([^<]*)</g), ([, text]) => text);
const linesOf = (svg: string, color: string) =>
  Array.from(
    svg.matchAll(new RegExp(`<path d="([^"]*)" fill="none" stroke="${color}"`, "g")),
    ([, path]) => path!,
  );

describe("the picture of a training run", () => {
  const svg = trainingCurveSvg([...steps, ...evaluations], { title: "A run <1>", smoothing: 0.5 });

  it("is one SVG document with title, axes and legend", () => {
    expect(svg).toMatch(/^<svg width="760" height="460" [^>]*>[^]*<\/svg>\s*$/);
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "A run &lt;1&gt;",
        "training loss",
        "evaluation",
        "update",
        "loss, smoothed",
        "40",
      ]),
    );
  });

  it("draws the loss, falling to the lower right, and its smoothed line, which lags behind", () => {
    const [loss, smoothed] = linesOf(svg, colors.series[0]).filter((path) => path.length > 100);
    const ends = (path: string) =>
      Array.from(path.matchAll(/([\d.]+) ([\d.]+)/g), ([, x, y]) => [Number(x), Number(y)]);
    const [first, last] = [ends(loss!)[0]!, ends(loss!).at(-1)!];
    expect(last[0]).toBeGreaterThan(first[0]!);
    expect(last[1]).toBeGreaterThan(first[1]!);
    expect(ends(smoothed!)[0]).toEqual(first);
    expect(ends(smoothed!).at(-1)![1]).toBeLessThan(last[1]!);
  });

  it("draws the metrics that are shares, or those asked for", () => {
    expect(texts(svg)).toContain("accuracy");
    expect(texts(svg)).not.toContain("perplexity");
    const chosen = trainingCurveSvg([...steps, ...evaluations], { metrics: ["perplexity"] });
    expect(texts(chosen)).toContain("perplexity");
    expect(texts(chosen)).not.toContain("accuracy");
  });

  it("has a single panel when nothing was evaluated", () => {
    expect(texts(trainingCurveSvg(steps))).not.toContain("evaluation");
  });

  it("has colours for a dark ground", () => {
    expect(svg).toContain("@media (prefers-color-scheme: dark)");
    expect(svg).toContain(`fill="${colors.ink}"`);
  });

  it("is the same text for the same events", () => {
    expect(trainingCurveSvg([...steps, ...evaluations], { title: "A run <1>", smoothing: 0.5 })).toBe(svg);
  });

  it("needs a step", () => {
    expect(() => trainingCurveSvg(evaluations)).toThrow("no step");
  });
});
