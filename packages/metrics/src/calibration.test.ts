import { DataError } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { calibration, expectedCalibrationError } from "./calibration.js";

describe("calibration", () => {
  it("puts a confidence on a bound into the bin below it", () => {
    const diagram = calibration(4);
    for (const confidence of [0, 0.25, 0.26, 0.5, 1]) diagram.add(confidence, true);
    expect(diagram.bins().map(({ count }) => count)).toEqual([2, 2, 0, 1]);
  });

  it("gives each bin its mean confidence and accuracy", () => {
    const diagram = calibration(2);
    diagram.add(0.6, true);
    diagram.add(0.8, false);
    expect(diagram.bins()[0]).toEqual({ from: 0, to: 0.5, count: 0, confidence: 0, accuracy: 0 });
    expect(diagram.bins()[1]).toMatchObject({ from: 0.5, to: 1, count: 2, accuracy: 0.5 });
    expect(diagram.bins()[1]?.confidence).toBeCloseTo(0.7, 12);
  });

  it.each([-0.1, 1.1, NaN])("refuses %d as a confidence", (confidence) => {
    expect(() => {
      calibration().add(confidence, true);
    }).toThrow(DataError);
  });
});

describe("expectedCalibrationError", () => {
  it("weighs each bin's gap by its share of examples (computed by hand)", () => {
    const diagram = calibration(10);
    diagram.add(0.55, true);
    diagram.add(0.95, true);
    diagram.add(0.95, true);
    diagram.add(0.95, false);
    // 1/4 · |1 − 0.55| + 3/4 · |2/3 − 0.95|
    expect(expectedCalibrationError(diagram.bins())).toBeCloseTo(0.25 * 0.45 + 0.75 * (0.95 - 2 / 3), 12);
  });

  it("is 0 without predictions", () => {
    expect(expectedCalibrationError(calibration().bins())).toBe(0);
  });
});
