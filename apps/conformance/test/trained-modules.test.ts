import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { restoreStep } from "@incipit/adapter";
import { loadAdapter } from "@incipit/adapter/node";
import { loadModelFolder } from "@incipit/backbone-onnx/node";
import type { HostTensor } from "@incipit/core";
import { crossEntropy } from "@incipit/heads";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { takeRows, tensor, toFloat32 } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { initialParameters } from "@incipit/trainer";
import { describe, expect, it } from "vitest";
import { batchOf } from "../src/batch.js";
import { flatten, readCase, shapeOf, type Case, type CaseBatch, type NestedNumbers } from "../src/case.js";
import { optimize } from "../src/optimize.js";
import { compareResults, compileCase, gradientDeviation, TOLERANCE } from "../src/run-case.js";

const DATA = join(import.meta.dirname, "../../../packages/testing/test-data");

/** What PyTorch computes for a case where modules of the model are trained too; made by `make_trained_modules.py`. */
interface TrainedModules {
  /** The case's folder. */
  readonly case: string;
  readonly modulesToSave: readonly string[];
  readonly expected: CaseBatch["expected"] & {
    readonly gradients: Readonly<Record<string, NestedNumbers>>;
    /** With what was trained. */
    readonly logitsAfter?: NestedNumbers;
  };
}

const FOLDER = join(DATA, "trained-modules");

function read(name: string): TrainedModules {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as TrainedModules;
}

describe("modules of the model that are trained beside the prompt", () => {
  const names = readdirSync(FOLDER).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -5)] : []));

  it.each(names)("have PyTorch's names, gradients and losses: %s", async (name) => {
    const truth = read(name);
    const folder = join(DATA, truth.case);
    const testCase = await readCase(folder);
    const { step, objective } = await compileCase(folder, testCase, { modulesToSave: truth.modulesToSave });
    const { losses, gradients } = await optimize(step, batchOf(testCase, testCase, objective), testCase);
    await step.dispose();

    const weights = Object.keys(truth.expected.gradients);
    expect(step.trainable.toSorted()).toEqual([PROMPT_EMBEDDINGS, ...weights].sort());
    const deviations = compareResults(losses, gradients[PROMPT_EMBEDDINGS], truth);
    expect(deviations.loss).toBeLessThan(TOLERANCE.loss);
    expect(deviations.gradient).toBeLessThan(TOLERANCE.gradient);
    expect(deviations.trace).toBeLessThan(TOLERANCE.trace);
    for (const weight of weights) {
      const deviation = gradientDeviation(gradients[weight], truth.expected.gradients[weight]!);
      expect(deviation, weight).toBeLessThan(TOLERANCE.gradient);
    }
  });

  it.each([
    ["ernie-qa-fused", ["ernie", "qa_outputs"]],
    ["deit-images", ["deit", "classifier"]],
    ["bloom-causal", ["transformer", "lm_head"]],
    ["qwen3-seqcls-dynamo", ["model", "score"]],
  ])("may be all that there are: %s", async (name, modules) => {
    const folder = join(DATA, "conformance-more", name);
    const testCase = await readCase(folder);
    const { step, objective } = await compileCase(folder, testCase, { modulesToSave: modules });
    const batch = batchOf(testCase, testCase, objective);
    const start = initialParameters(step.parameters, 0);
    const { gradients } = await step.step(batch, start);
    expect(step.trainable.length).toBeGreaterThan(20);

    // Along its own gradient the loss must rise at the rate of that gradient's squared norm.
    const squares = Object.values(gradients).flatMap(({ data }) => Array.from(data, (value) => value ** 2));
    const squaredNorm = squares.reduce((sum, value) => sum + value, 0);
    const length = 1e-3 / Math.sqrt(squaredNorm);
    const lossAt = async (distance: number) => {
      const moved = Object.entries(start).map(([weight, { shape, data }]) => {
        const along = gradients[weight]!.data;
        return [
          weight,
          tensor(
            "float32",
            shape,
            data.map((value, i) => value + distance * along[i]!),
          ),
        ] as const;
      });
      return (await step.step(batch, Object.fromEntries(moved))).loss;
    };
    const slope = ((await lossAt(length)) - (await lossAt(-length))) / (2 * length);
    expect(slope / squaredNorm).toBeCloseTo(1, 1);
    await step.dispose();
  });

  it.each(readdirSync(join(FOLDER, "peft")))("are loaded from what PEFT saved: %s", async (name) => {
    const truth = read(name);
    const folder = join(DATA, truth.case);
    const adapter = await loadAdapter(join(FOLDER, "peft", name));
    const backbone = await loadModelFolder(folder);
    const step = await restoreStep(adapter, backbone);
    const testCase = await readCase(folder);
    const { logits } = await step.predict(batchOf(testCase, testCase, crossEntropy()), adapter.parameters);
    const expected = truth.expected.logitsAfter!;
    expectClose(
      notPadding(toFloat32(logits!), testCase),
      notPadding(tensor("float32", shapeOf(expected), flatten(expected)), testCase),
      { absolute: 1e-4 },
    );
    await step.dispose();
    await backbone.dispose();
  });
});

/** Logits without those of padding, whose positions a model that is given embeddings counts in another way. */
function notPadding(
  logits: HostTensor<"float32">,
  { inputs, numVirtualTokens }: Case,
): HostTensor<"float32"> {
  const [batch = 0, positions = 0, width] = logits.shape;
  if (width === undefined) return logits;
  const mask = flatten(inputs["attention_mask"]!);
  const rows = Array.from({ length: batch * positions }, (_, row) => row).filter((row) => {
    const token = (row % positions) - numVirtualTokens;
    return token < 0 || mask[Math.floor(row / positions) * (positions - numVirtualTokens) + token] === 1;
  });
  return toFloat32(takeRows({ ...logits, shape: [batch * positions, width] }, rows));
}
