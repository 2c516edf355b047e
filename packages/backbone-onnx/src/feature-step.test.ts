import { ConfigError, type FeatureSpec, type Head } from "@incipit/core";
import { crossEntropy, labelSimilarity, lateFusion, softmaxHead } from "@incipit/heads";
import { initializers, seededRandom, tensor } from "@incipit/tensor";
import { chooseBackend, tfjsStep } from "@incipit/tensor/tfjs";
import { expectClose } from "@incipit/testing";
import { expect, test } from "vitest";
import { featureStep } from "./feature-step.js";

const features = { embedding: { kind: "pooled", width: 5 } } as const;
const random = seededRandom(3);
const normal = (shape: readonly number[]) => initializers.normal()(random, shape);
const batch = { embedding: normal([7, 5]), labels: tensor("int64", [7], [0, 2, 1, 1, -100, 0, 2]) };

const heads: Readonly<Record<string, Head>> = {
  "late fusion": lateFusion({ labels: 3, promptWidth: 4 }),
  softmax: softmaxHead({ labels: 3 }),
  "label similarity": labelSimilarity({ embeddings: normal([3, 5]) }),
};

test.each(Object.entries(heads))("%s: loss, gradients and outputs are those of TF.js", async (_, head) => {
  const { tf } = await chooseBackend();
  const parts = { head, features, objective: crossEntropy() };
  const step = await featureStep(parts);
  const expected = tfjsStep({ tf, ...parts });
  expect(step.trainable).toEqual(expected.trainable);
  const parameters = Object.fromEntries(step.parameters.map((spec) => [spec.name, spec.initialize(random)]));

  const { loss, count, gradients } = await step.step(batch, parameters);
  const truth = await expected.step(batch, parameters);
  expect(loss).toBeCloseTo(truth.loss, 5);
  expect(count).toBe(6);
  for (const name of step.trainable) expectClose(gradients[name], truth.gradients[name]!, { absolute: 1e-5 });

  const outputs = await expected.predict(batch, parameters);
  expect(outputs).toHaveProperty("logits");
  for (const [name, output] of Object.entries(await step.predict(batch, parameters)))
    expectClose(output, outputs[name]!, { absolute: 1e-5 });
  await step.dispose();
});

test("gives gradients of the groups asked for alone, and the loss where there are none", async () => {
  const head = lateFusion({ labels: 3, promptWidth: 4 });
  const objective = crossEntropy();
  const whole = await featureStep({ head, features, objective });
  const parameters = Object.fromEntries(whole.parameters.map((spec) => [spec.name, spec.initialize(random)]));
  const { loss, gradients } = await whole.step(batch, parameters);
  for (const trainable of [["prompt"], []] as const) {
    const step = await featureStep({ head, features, objective, trainable });
    const result = await step.step(batch, parameters);
    expect(result.loss).toBeCloseTo(loss, 6);
    expect(Object.keys(result.gradients)).toEqual(step.trainable);
    for (const name of step.trainable) expectClose(result.gradients[name], gradients[name]!);
  }
});

test("predicts without an objective, and refuses to train", async () => {
  const head = softmaxHead({ labels: 3 });
  const step = await featureStep({ head, features });
  const parameters = Object.fromEntries(step.parameters.map((spec) => [spec.name, spec.initialize(random)]));
  const { embedding } = batch;
  expect((await step.predict({ embedding }, parameters))["logits"]?.shape).toEqual([7, 3]);
  await expect(step.step(batch, parameters)).rejects.toThrow(ConfigError);
});

test.each<[string, Readonly<Record<string, FeatureSpec>>, RegExp]>([
  ["token states", { tokens: { kind: "tokens", width: 5 } }, /"tokens" is of kind tokens; only pooled/],
  ["nothing to read", {}, /no feature to read/],
])("refuses %s", async (_, given, message) => {
  await expect(featureStep({ head: softmaxHead({ labels: 2 }), features: given })).rejects.toThrow(message);
});
