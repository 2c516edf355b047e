import { expect, it } from "vitest";
import { neededFlops } from "./flops.js";
import { command } from "./options.js";
import { median, report } from "./report.js";
import type { StepRecord } from "./run.js";

const sizes = {
  hidden: 8,
  inner: 8,
  feedForward: 32,
  layers: 2,
  decoderLayers: 0,
  vocabulary: 50,
  labels: 2,
};
const options = command
  .exitOverride()
  .parseOptions(
    "--model models/tiny --workload w.jsonl --task seqcls --virtual-tokens 2 --batch-size 2 --trace".split(
      " ",
    ),
  );

const record = (wall: number, otherCores: number): StepRecord => ({
  wall,
  ownCores: 2,
  otherCores,
  loss: wall,
  lengths: [3, 5],
  padded: 5,
  shapes: [{ rows: 2, positions: 7 }],
});

const reported = (records: readonly StepRecord[]) =>
  report({
    options: command.opts(),
    sizes,
    measurement: {
      records,
      trainable: 34,
      firstStep: 1.234,
      memory: { loaded: 10.4, peak: 20.6, steps: undefined },
      quiet: undefined,
    },
    gemm: 1e-3,
    versions: { node: "1" },
  });

it("gives rates over all measured steps, and says which of them others disturbed", () => {
  expect(options.unknown).toEqual([]);
  const line = reported([record(1, 0.01), record(3, 0.5)]);
  expect(line).toMatchObject({
    system: "incipit",
    model: "tiny",
    examples_per_s: 1,
    tokens_per_s: 4,
    median_step_ms: 2000,
    mean_padded_length: 5,
    time_to_first_step_s: 1.23,
    peak_rss_mib: 21,
    peak_rss_steps_mib: null,
    other_cores: 0.38,
    clean_steps: 1,
    losses: [1, 3],
  });
});

it("judges a step by what is needed, over its time, over the machine's rate", () => {
  const { forward, backward } = neededFlops("seqcls", sizes, { virtualTokens: 2, lengths: [3, 5] });
  const { fraction_of_peak } = reported([record(2, 0)]);
  expect(fraction_of_peak).toBeCloseTo((forward + backward) / 2 / 1e6, 2);
});

it("takes the middle of an odd number of values, and the mean of the two in the middle of an even one", () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
