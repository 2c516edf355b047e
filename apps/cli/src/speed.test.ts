import type { StepEvent } from "@incipit/core";
import { expect, it } from "vitest";
import { formatDuration, speedometer } from "./speed.js";

function update(step: number): StepEvent {
  return { type: "step", step, totalSteps: 10, epoch: 0, loss: 1, gradientNorm: 1, rate: 1, examples: 32 };
}

it("measures updates only: what else takes time does not slow them down", () => {
  let time = 0;
  const speed = speedometer(() => time);
  time = 2000;
  expect(speed.update(update(1))).toEqual({ examplesPerSecond: 16, secondsLeft: 18 });
  time = 60_000;
  speed.other();
  time = 61_000;
  expect(speed.update(update(2))).toEqual({ examplesPerSecond: 64 / 3, secondsLeft: 12 });
});

it("counts from where a run was resumed", () => {
  let time = 0;
  const speed = speedometer(() => time);
  time = 500;
  expect(speed.update(update(9)).secondsLeft).toBe(0.5);
});

it("writes durations as one says them", () => {
  expect([0, 12.4, 59.6, 200, 3599.6, 3900, 90_000].map(formatDuration)).toEqual([
    "0 s",
    "12 s",
    "1 min 00 s",
    "3 min 20 s",
    "1 h 00 min",
    "1 h 05 min",
    "25 h 00 min",
  ]);
});
