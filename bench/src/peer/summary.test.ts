import { expect, it } from "vitest";
import { formatSummary } from "./format.js";
import type { RunLine } from "./processes.js";
import { rows } from "./rows.js";
import { parity, summarize } from "./summary.js";

const run = (examples_per_s: number, peak_rss_mib: number): RunLine => ({
  examples_per_s,
  median_step_ms: 1e3 / examples_per_s,
  peak_rss_mib,
  time_to_first_step_s: 2,
  other_cores: 0,
});
const row = {
  ...rows[0]!,
  name: "a row",
  goals: [
    { system: "fp32", over: "PEFT", figure: "examples_per_s", least: 2 },
    { system: "fp32", over: "PEFT", figure: "peak_rss_mib", most: 0.5 },
    { system: "int8", over: "PEFT", figure: "examples_per_s", least: 3 },
  ],
} as const;
const rounds = {
  runs: {
    PEFT: [run(10, 100), run(30, 100), run(11, 90)],
    fp32: [run(22, 60), run(21, 60), run(50, 60)],
    int8: [],
  },
  thrownAway: 2,
  failures: { int8: "It failed." },
};

it("compares medians, and judges the goals of the systems that ran", () => {
  const { goals, rounds: made } = summarize(row, rounds);
  expect(made).toBe(3);
  expect(goals.map(({ ratio, met }) => [ratio, met])).toEqual([
    [2, true],
    [0.6, false],
  ]);
});

it("is told as a table with the ratios below", () => {
  expect(formatSummary(summarize(row, rounds))).toBe(
    [
      "a row: medians of 3 rounds, 2 more thrown away as others were busy",
      "      examples/s  step ms  peak MiB  first step s  of peak",
      "PEFT        11.0       91       100           2.0",
      "fp32        22.0       45        60           2.0",
      "fp32 / PEFT: 2.00 × examples/s (at least 2: yes)",
      "fp32 / PEFT: 0.60 × peak memory (at most 0.5: no)",
      "int8 did not run. It failed.",
    ].join("\n"),
  );
});

it("finds the largest difference of two traces", () => {
  expect(parity([1, 2, 3], [1, 2.0005, 3])).toMatchObject({ steps: 3, met: true });
  expect(parity([1, 2], [1, 2.01, 9]).met).toBe(false);
  expect(parity([1, NaN], [1, 1]).met).toBe(false);
});

it("every goal is about systems of its row", () => {
  for (const { systems, goals } of rows) {
    const names = systems.map(({ name }) => name);
    for (const { system, over } of goals) expect(names).toEqual(expect.arrayContaining([system, over]));
  }
});
