/** @file What a run says of itself, in the words of the peer's script. */
import { basename } from "node:path";
import { MICRO_BATCH_TOKENS } from "@incipit/trainer";
import { computedFlops, type Flops, neededFlops } from "./flops.js";
import { DISTURBANCE } from "./machine.js";
import type { ModelSizes } from "./model-sizes.js";
import type { BenchOptions } from "./options.js";
import type { Measurement, StepRecord } from "./run.js";

/** A run, and what is known of the model and the machine. */
export interface Reported {
  readonly options: BenchOptions;
  readonly sizes: ModelSizes;
  readonly measurement: Measurement;
  /** The machine's rate of matrix products in GFLOP/s, where it was measured. */
  readonly gemm: number | undefined;
  readonly versions: Readonly<Record<string, string>>;
}

/** One line of JSON: what the peer's script prints too has its names, units and rounding. */
export function report({ options, sizes, measurement, gemm, versions }: Reported) {
  const { task, mode, virtualTokens, batchSize } = options;
  const { records } = measurement;
  const total = ({ forward, backward }: Flops) => forward + (mode === "train" ? backward : 0);
  const computed = records.map(({ shapes }) => computedFlops(task, sizes, shapes));
  const unpadded = records.map(({ lengths }) =>
    computedFlops(
      task,
      sizes,
      lengths.map((length) => ({ rows: 1, positions: virtualTokens + length })),
    ),
  );
  const needed = records.map(({ lengths }) => neededFlops(task, sizes, { virtualTokens, lengths }));
  const perStep = computed.map(total);
  const wall = sum(records.map((record) => record.wall));
  const ms = records.map((record) => 1e3 * record.wall);
  const isClean = ({ otherCores }: StepRecord) => (otherCores ?? 0) < DISTURBANCE;
  const clean = records.flatMap((record, i) =>
    isClean(record) ? [{ wall: record.wall, flops: perStep[i] ?? 0 }] : [],
  );
  const weighted = (of: (record: StepRecord) => number) =>
    sum(records.map((record) => of(record) * record.wall)) / wall;
  const neededRate = sum(needed.map(total)) / wall / 1e9;
  return {
    system: "incipit",
    model: basename(options.model),
    task,
    mode,
    precision: options.precision,
    batch_size: batchSize,
    virtual_tokens: virtualTokens,
    threads: options.threads,
    group_by_length: options.groupByLength === true,
    micro_batch_tokens: options.microBatchTokens ?? MICRO_BATCH_TOKENS,
    without: options.without,
    trainable: measurement.trainable,
    steps: records.length,
    warmup: options.warmup,
    examples_per_s: round((batchSize * records.length) / wall, 3),
    tokens_per_s: round(sum(records.flatMap(({ lengths }) => lengths)) / wall, 1),
    median_step_ms: round(median(ms), 1),
    min_step_ms: round(Math.min(...ms), 1),
    max_step_ms: round(Math.max(...ms), 1),
    mean_padded_length: round(mean(records.map(({ padded }) => padded)), 1),
    mean_micro_batches: round(mean(records.map(({ shapes }) => shapes.length)), 1),
    time_to_first_step_s: round(measurement.firstStep, 2),
    rss_after_load_mib: Math.round(measurement.memory.loaded),
    peak_rss_mib: Math.round(measurement.memory.peak),
    peak_rss_steps_mib: measurement.memory.steps === undefined ? null : Math.round(measurement.memory.steps),
    gflop_forward: round(mean(computed.map(({ forward }) => forward)) / 1e9, 2),
    gflop_backward: mode === "train" ? round(mean(computed.map(({ backward }) => backward)) / 1e9, 2) : 0,
    gflop_without_padding: round(mean(unpadded.map(total)) / 1e9, 2),
    gflop_needed: round(mean(needed.map(total)) / 1e9, 2),
    gflops: round(sum(perStep) / wall / 1e9, 1),
    own_cores: round(
      weighted(({ ownCores }) => ownCores),
      2,
    ),
    other_cores: records.some(({ otherCores }) => otherCores === undefined)
      ? null
      : round(
          weighted(({ otherCores }) => otherCores ?? 0),
          2,
        ),
    clean_steps: clean.length,
    clean_gflops:
      clean.length === 0
        ? null
        : round(sum(clean.map(({ flops }) => flops)) / sum(clean.map((step) => step.wall)) / 1e9, 1),
    ...(gemm !== undefined && {
      gemm_gflops: round(gemm, 1),
      fraction_of_peak: round(neededRate / gemm, 3),
    }),
    ...(measurement.quiet !== undefined && { quiet_at_start: measurement.quiet }),
    ...(options.trace && { losses: records.map(({ loss }) => loss) }),
    versions,
  };
}

/** The middle of some values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return mean(sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
