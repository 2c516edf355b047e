import { expect, it } from "vitest";
import { busySecondsOf, peakMemory, secondsSinceStart, startMeter } from "./machine.js";

it("counts as busy what is neither idle nor waiting, and guests once", () => {
  expect(busySecondsOf("cpu  100 20 30 9000 800 5 4 1 70 0")).toBeCloseTo(1.6);
});

it("sees this process's own work", () => {
  const usage = startMeter();
  let sum = 0;
  for (let i = 0; i < 2e7; i++) sum += Math.sqrt(i);
  expect(sum).toBeGreaterThan(0);
  const { wall, ownCores } = usage();
  expect(wall).toBeGreaterThan(0);
  expect(ownCores).toBeGreaterThan(0);
});

it("counts the process's time from before its first line of JavaScript", () => {
  expect(secondsSinceStart()).toBeGreaterThan(0);
  expect(peakMemory()).toBeGreaterThan(10);
});
