import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { describe, expect, it } from "vitest";
import { batchOf } from "../src/batch.js";
import { readCase, type CaseBatch, type NestedNumbers } from "../src/case.js";
import { optimize } from "../src/optimize.js";
import { compareResults, compileCase, gradientDeviation, TOLERANCE } from "../src/run-case.js";

const DATA = join(import.meta.dirname, "../../../packages/testing/test-data");

/** What PyTorch computes for a case where modules of the model are trained too; made by `make_trained_modules.py`. */
interface TrainedModules {
  /** The case's folder. */
  readonly case: string;
  readonly modulesToSave: readonly string[];
  readonly expected: CaseBatch["expected"] & { readonly gradients: Readonly<Record<string, NestedNumbers>> };
}

describe("modules of the model that are trained beside the prompt", () => {
  const files = readdirSync(join(DATA, "trained-modules"));

  it.each(files)("have PyTorch's names, gradients and losses: %s", async (file) => {
    const truth = JSON.parse(readFileSync(join(DATA, "trained-modules", file), "utf8")) as TrainedModules;
    const folder = join(DATA, truth.case);
    const testCase = await readCase(folder);
    const { step, objective } = await compileCase(folder, testCase, truth.modulesToSave);
    const { losses, gradients } = await optimize(step, batchOf(testCase, testCase, objective), testCase);
    await step.dispose();

    const names = Object.keys(truth.expected.gradients);
    expect(step.trainable.toSorted()).toEqual([PROMPT_EMBEDDINGS, ...names].sort());
    const deviations = compareResults(losses, gradients[PROMPT_EMBEDDINGS], truth);
    expect(deviations.loss).toBeLessThan(TOLERANCE.loss);
    expect(deviations.gradient).toBeLessThan(TOLERANCE.gradient);
    expect(deviations.trace).toBeLessThan(TOLERANCE.trace);
    for (const name of names)
      expect(gradientDeviation(gradients[name], truth.expected.gradients[name]!), name).toBeLessThan(
        TOLERANCE.gradient,
      );
  });
});
