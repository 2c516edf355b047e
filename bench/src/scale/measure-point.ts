import { crossEntropy, softmaxHead } from "@incipit/heads";
import { fromRandom, softPrompt } from "@incipit/prompts";
import { initialParameters, MICRO_BATCH_TOKENS, microBatched } from "@incipit/trainer";
import { gemmRate } from "../gemm.js";
import { memory, peakMemory, resetPeakMemory, startMeter } from "../machine.js";
import { median } from "../report.js";
import { batchOf, randomEncoder } from "./model.js";
import type { Point } from "./sweeps.js";
import { theory } from "./theory.js";

/** A point's cost, and the least that it could be. */
export interface PointCost {
  readonly stepMs: number;
  readonly leastMs: number;
  readonly peakMiB: number;
  /** With the model loaded, without a step. */
  readonly loadedMiB: number;
  readonly leastMiB: number;
  /** Of the machine. */
  readonly gemmGflops: number;
  readonly otherCores: number | null;
}

/** Measures one point, in a process of its own so that memory is its own too. */
export async function measurePoint(
  point: Point,
  { steps, threads }: { readonly steps: number; readonly threads: number },
): Promise<PointCost> {
  const { hidden, virtualTokens } = point;
  const backbone = await randomEncoder(point, { threads });
  const compiled = await backbone.compile({
    prompt: softPrompt({ virtualTokens, placement: "front", init: fromRandom() }),
    head: softmaxHead({ labels: 2, pooling: "first" }),
    objective: crossEntropy(),
  });
  const step = microBatched(compiled, { tokens: MICRO_BATCH_TOKENS });
  const parameters = initialParameters(step.parameters, 0);
  const batch = batchOf(point);
  const loadedMiB = memory();
  resetPeakMemory();
  await step.step(batch, parameters);
  const usages = [];
  for (let i = 0; i < steps; i++) {
    const usage = startMeter();
    await step.step(batch, parameters);
    usages.push(usage());
  }
  const peakMiB = peakMemory();
  await step.dispose();
  await backbone.dispose();
  const sizes = { hidden, inner: hidden, feedForward: 4 * hidden };
  const gemmGflops = await gemmRate({
    sizes,
    rows: MICRO_BATCH_TOKENS,
    precision: "fp32",
    threads,
    seconds: 0.5,
  });
  const { flops, activations } = theory(point, MICRO_BATCH_TOKENS);
  const others = usages.flatMap(({ otherCores }) => otherCores ?? []);
  return {
    stepMs: median(usages.map(({ wall }) => 1e3 * wall)),
    leastMs: flops / gemmGflops / 1e6,
    peakMiB,
    loadedMiB,
    leastMiB: loadedMiB + activations / 2 ** 20,
    gemmGflops,
    otherCores: others.length === 0 ? null : median(others),
  };
}
