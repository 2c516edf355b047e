import { describe, expect, it } from "vitest";
import { PASSES } from "@incipit/backbone-onnx";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { batchOf } from "../src/batch.js";
import { readCase } from "../src/case.js";
import { optimize } from "../src/optimize.js";
import { compileCase } from "../src/run-case.js";
import { CASES } from "./cases.js";

/** Loss and gradient of a case's first batch. */
async function resultsOf(folder: string, without: readonly (typeof PASSES)[number][]) {
  const testCase = await readCase(folder);
  const { step, objective } = await compileCase(folder, testCase, { optimization: { without } });
  try {
    const { losses, gradients } = await optimize(step, batchOf(testCase, testCase, objective), testCase);
    return {
      loss: losses[0] ?? Number.NaN,
      gradient: gradients[PROMPT_EMBEDDINGS]?.data ?? new Float32Array(),
    };
  } finally {
    await step.dispose();
  }
}

describe("what makes graphs fast leaves losses and gradients as they are", () => {
  it.each(CASES)("$name", async ({ folder }) => {
    const plain = await resultsOf(folder, PASSES);
    const largest = plain.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const pass of PASSES) {
      const { loss, gradient } = await resultsOf(
        folder,
        PASSES.filter((other) => other !== pass),
      );
      expect(Math.abs(loss - plain.loss)).toBeLessThanOrEqual(1e-5 * Math.abs(plain.loss));
      const off = plain.gradient.map((value, i) => Math.abs(value - (gradient[i] ?? NaN)));
      expect(Math.max(...off)).toBeLessThanOrEqual(1e-5 * largest);
    }
  });
});
