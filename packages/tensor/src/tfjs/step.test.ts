import type { Batch, Head, HostTensor, Objective, ParameterSpec, Parameters } from "@incipit/core";
import { beforeAll, describe, expect, test } from "vitest";
import { crossEntropy } from "../derived/cross-entropy.js";
import { linear } from "../derived/linear.js";
import { maskedMean } from "../derived/masked-mean.js";
import { tensor } from "../host/create.js";
import { sliceRows } from "../host/rows.js";
import { kaimingUniform, uniform } from "../initializers.js";
import { seededRandom } from "../random.js";
import { chooseBackend } from "./backend.js";
import { tfjsStep, type TfjsStepParts } from "./step.js";
import type { TensorFlow } from "./tensors.js";

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await chooseBackend());
});

function parameter(name: string, shape: readonly number[], group: ParameterSpec["group"]): ParameterSpec {
  const initialize: ParameterSpec["initialize"] = (random) => kaimingUniform()(random, shape);
  return { name, shape, group, learningRateScale: 1, initialize };
}

/** A classifier of `[batch, 4]` embeddings; `unused` has no influence on anything. */
const classifier: Head = {
  parameters: () => [parameter("weight", [3, 4], "head"), parameter("unused", [1, 2], "prompt")],
  build: (ops, { features, parameters }) => ({
    logits: linear(ops, features["embedding"]!, parameters["weight"]!),
  }),
};

/** The mean over the text's tokens, nothing to learn. */
const pooling: Head = {
  parameters: () => [],
  build: (ops, { features, mask, textMask }) => ({
    mean: maskedMean(ops, features["tokens"]!, mask),
    textMean: maskedMean(ops, features["tokens"]!, textMask),
  }),
};

const classification: Objective = {
  targets: [{ name: "labels", dtype: "int64", shape: ["batch"] }],
  build: (ops, { outputs, targets }) => crossEntropy(ops, outputs["logits"]!, targets["labels"]!),
};

const embeddings = { embedding: { kind: "pooled", width: 4 } } as const;
const tokens = { tokens: { kind: "tokens", width: 2 } } as const;

const random = seededRandom(1);
const batch: Batch = {
  embedding: uniform({ min: -1, max: 1 })(random, [5, 4]),
  labels: tensor("int64", [5], [0, 2, 1, 1, 0]),
};
const parameters: Parameters = Object.fromEntries(
  classifier.parameters({ features: embeddings }).map((spec) => [spec.name, spec.initialize(random)]),
);

const classifierStep = (parts: Partial<TfjsStepParts> = {}) =>
  tfjsStep({ tf, head: classifier, objective: classification, features: embeddings, ...parts });

describe("step", () => {
  test("gives the mean loss of the head's outputs, and what it was taken over", async () => {
    const { loss, count } = await classifierStep().step(batch, parameters);
    const outputs = await classifierStep().predict(batch, parameters);
    const logits = outputs["logits"] as HostTensor<"float32">;
    expect(logits.shape).toEqual([5, 3]);
    const losses = [0, 2, 1, 1, 0].map((label, i) => {
      const row = [...sliceRows(logits, i, i + 1).data];
      return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;
    });
    expect(loss).toBeCloseTo(losses.reduce((sum, value) => sum + value) / 5, 5);
    expect(count).toBe(5);
  });

  test("gives the slope of the loss in every parameter", async () => {
    const step = classifierStep();
    const { gradients } = await step.step(batch, parameters);
    const weight = parameters["weight"]!;
    const lossAt = async (i: number, value: number) => {
      const moved = { ...weight, data: weight.data.with(i, value) };
      return (await step.step(batch, { ...parameters, weight: moved })).loss;
    };
    for (const [i, value] of weight.data.entries()) {
      const slope = ((await lossAt(i, value + 0.01)) - (await lossAt(i, value - 0.01))) / 0.02;
      expect(gradients["weight"]!.data[i]).toBeCloseTo(slope, 3);
    }
  });

  test("gives a zero gradient where the loss does not depend on a parameter", async () => {
    const { gradients } = await classifierStep().step(batch, parameters);
    expect(gradients["unused"]).toEqual(tensor("float32", [1, 2], [0, 0]));
  });

  test("adds up over parts of a batch, weighted by their counts", async () => {
    const step = classifierStep();
    const whole = await step.step(batch, parameters);
    const cut = (from: number, to: number): Batch => ({
      embedding: sliceRows(batch["embedding"]!, from, to),
      labels: sliceRows(batch["labels"]!, from, to),
    });
    const parts = [await step.step(cut(0, 2), parameters), await step.step(cut(2, 5), parameters)];
    const total = parts.reduce((sum, { loss, count }) => sum + loss * count, 0);
    expect(total / 5).toBeCloseTo(whole.loss, 5);
  });

  test("gives the same bytes again", async () => {
    const step = classifierStep();
    expect(await step.step(batch, parameters)).toEqual(await step.step(batch, parameters));
  });

  test("leaves no tensor behind, also when it fails", async () => {
    const step = classifierStep();
    const before = tf.memory().numTensors;
    await step.step(batch, parameters);
    await step.predict(batch, parameters);
    await expect(step.step({ ...batch, labels: tensor("int64", [], [0]) }, parameters)).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("needs an objective", async () => {
    const step = tfjsStep({ tf, head: classifier, features: embeddings });
    await expect(step.step(batch, parameters)).rejects.toMatchObject({ code: "INCIPIT_CONFIG" });
    expect(await step.predict(batch, parameters)).toHaveProperty("logits");
  });
});

describe("trainable", () => {
  test("is every parameter by default, or those of the groups asked for", async () => {
    expect(classifierStep().trainable).toEqual(["weight", "unused"]);
    const step = classifierStep({ trainable: ["head"] });
    expect(step.trainable).toEqual(["weight"]);
    expect(step.parameters.map(({ name }) => name)).toEqual(["weight", "unused"]);
    expect(Object.keys((await step.step(batch, parameters)).gradients)).toEqual(["weight"]);
  });

  test("may be nothing at all", async () => {
    const frozen = await classifierStep({ trainable: [] }).step(batch, parameters);
    expect(frozen.gradients).toEqual({});
    expect(frozen.loss).toBe((await classifierStep().step(batch, parameters)).loss);
  });
});

describe("predict", () => {
  const states = tensor("float32", [1, 3, 2], [1, 2, 3, 4, 50, 60]);
  const predict = (given: Batch) => tfjsStep({ tf, head: pooling, features: tokens }).predict(given, {});

  test("takes every position for text when there is no mask", async () => {
    const { mean, textMean } = await predict({ tokens: states });
    expect(mean).toEqual(tensor("float32", [1, 2], [18, 22]));
    expect(textMean).toEqual(mean);
  });

  test("takes the masks of the batch", async () => {
    const mask = tensor("int64", [1, 3], [1, 1, 0]);
    const textMask = tensor("int64", [1, 3], [0, 1, 0]);
    const masked = await predict({ tokens: states, mask });
    expect(masked["mean"]).toEqual(tensor("float32", [1, 2], [2, 3]));
    expect(masked["textMean"]).toEqual(masked["mean"]);
    expect((await predict({ tokens: states, mask, textMask }))["textMean"]).toEqual(
      tensor("float32", [1, 2], [3, 4]),
    );
  });

  test("needs no targets", async () => {
    const { embedding } = batch;
    expect(await classifierStep().predict({ embedding: embedding! }, parameters)).toHaveProperty("logits");
  });
});

describe("a wrong batch or wrong parameters", () => {
  const rejection = (given: Batch, values = parameters) =>
    expect(classifierStep().step(given, values)).rejects;

  test("missing tensors are all named", async () => {
    await rejection({}).toMatchObject({
      name: "ConfigError",
      message: "tfjsStep: expected embedding in the batch, got nothing.",
    });
    await rejection({ embedding: batch["embedding"]! }).toThrow(
      /expected labels in the batch, got embedding/,
    );
    await rejection(batch, {}).toThrow(/expected weight, unused in the parameters/);
  });

  test("a tensor of another shape is named with both shapes", async () => {
    await rejection({ ...batch, embedding: tensor("float32", [1, 3], [1, 2, 3]) }).toMatchObject({
      name: "ShapeError",
      message: 'tfjsStep: expected "embedding" in the batch to be [batch,4], got float32[1,3].',
    });
    await rejection(batch, { ...parameters, weight: tensor("float32", [1], [0]) }).toThrow(
      /"weight" in the parameters to be \[3,4\]/,
    );
  });
});
