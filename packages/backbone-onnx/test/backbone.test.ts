import {
  ConfigError,
  type NamedTensors,
  type Parameters,
  type Placement,
  type TrainStep,
} from "@incipit/core";
import {
  cosineSimilarityLoss,
  crossEntropy,
  modelOutput,
  multipleNegativesRanking,
  pooledHead,
  softmaxHead,
} from "@incipit/heads";
import { gradientName } from "@incipit/autodiff";
import { fromRandom, PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { seededRandom, sliceRows, tensor } from "@incipit/tensor";
import { evaluateFloat64, expectClose, finiteDifferences, tinyEncoder } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { compose, LOSS } from "../src/compose.js";
import { findPromptSite } from "../src/index.js";
import { trainingGraph } from "../src/training-graph.js";
import { batchOf, HIDDEN, tinyBackbone } from "./tiny-backbone.js";

const TEXTS = [
  [5, 7, 8, 9],
  [6, 2],
  [11, 12, 13],
];
const states = "last_hidden_state";

function initial(step: TrainStep, seed = 0): Parameters {
  const random = seededRandom(seed);
  return Object.fromEntries(
    step.parameters.map((spec) => [spec.name, spec.initialize(random.stream(spec.name))]),
  );
}

/** A prompt whose virtual tokens are the embeddings of real tokens. */
function promptOf(ids: readonly number[], placement: Placement) {
  return softPrompt({ virtualTokens: ids.length, placement, init: ({ embeddings }) => embeddings.rows(ids) });
}

describe("a prompt made of real tokens' embeddings", () => {
  it.each([
    ["front", TEXTS.map((text) => [1, 2, 3, ...text])],
    ["after-first", TEXTS.map(([first = 0, ...rest]) => [first, 1, 2, 3, ...rest])],
  ] as const)(
    "placed %s, gives what the model gives for these tokens in the text",
    async (placement, whole) => {
      const backbone = await tinyBackbone();
      const step = await backbone.compile({
        prompt: promptOf([1, 2, 3], placement),
        head: modelOutput(states),
      });
      const prompted = await step.predict(batchOf(TEXTS), initial(step));
      const written = await backbone.encode(batchOf(whole));
      expectClose(prompted["logits"], written[states]!, { relative: 1e-5 });
      await step.dispose();
      await backbone.dispose();
    },
  );
});

describe("the training step", () => {
  const parts = {
    prompt: softPrompt({ virtualTokens: 3, init: fromRandom() }),
    head: softmaxHead({ labels: 2 }),
    objective: crossEntropy(),
  };
  const labelled = batchOf(TEXTS, [0, 1, 1]);

  it("takes several batches at a time where it has workers, and gives each its own result", async () => {
    const batches = TEXTS.map((text, i) => batchOf([text], [i % 2]));
    const backbones = [await tinyBackbone(), await tinyBackbone({ session: { workers: 2, threads: 2 } })];
    const steps = await Promise.all(backbones.map((backbone) => backbone.compile(parts)));
    expect(steps.map(({ concurrency }) => concurrency)).toEqual([1, 2]);
    const [alone, together] = await Promise.all(
      steps.map((step) => Promise.all(batches.map((batch) => step.step(batch, initial(step))))),
    );
    expect(together).toEqual(alone);
    for (const part of [...steps, ...backbones]) await part.dispose();
  });

  it("has the gradient of its loss", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile(parts);
    const parameters = initial(step);
    const { loss, gradients } = await step.step(labelled, parameters);
    expect(Object.keys(gradients).sort()).toEqual(["head.bias", "head.weight", PROMPT_EMBEDDINGS].sort());
    for (const name of step.trainable) {
      const { shape, data } = gradients[name]!;
      // Along its own gradient the loss must fall at the rate of its squared norm.
      const squared = data.reduce((sum, value) => sum + value * value, 0);
      const size = 1e-2 / Math.sqrt(squared);
      const moved = (sign: number) => ({
        ...parameters,
        [name]: {
          dtype: "float32" as const,
          shape,
          data: parameters[name]!.data.map((value, i) => value + sign * size * data[i]!),
        },
      });
      const up = (await step.step(labelled, moved(1))).loss;
      const down = (await step.step(labelled, moved(-1))).loss;
      expect((up - down) / (2 * size) / squared).toBeCloseTo(1, 2);
      expect(down).toBeLessThan(loss);
    }
  });

  it("agrees with finite differences in float64, entry by entry", async () => {
    const backbone = await tinyBackbone();
    const graph = tinyEncoder({ seed: 1, hidden: HIDDEN, layers: 1 });
    const model = {
      graph,
      site: findPromptSite(graph),
      features: { [states]: states },
      placeholderId: 3,
    };
    const composition = compose(model, backbone, parts);
    const wrt = composition.parameters.map((spec) => spec.name);
    const random = seededRandom(5);
    const parameters = Object.fromEntries(
      composition.parameters.map((spec) => [spec.name, spec.initialize(random)]),
    );
    const feeds: NamedTensors = { ...labelled, ...parameters };
    const truth = finiteDifferences(composition.graph, { loss: LOSS, wrt, feeds });
    const results = evaluateFloat64(await trainingGraph(composition, wrt), feeds);
    for (const name of wrt) {
      expectClose(results[gradientName(name)], truth[name]!, { relative: 1e-6, relativeTo: "largest" });
    }
  });

  it("agrees with finite differences in the model's own weights that are trained too", async () => {
    const backbone = await tinyBackbone();
    const graph = tinyEncoder({ seed: 1, hidden: 4, layers: 1, vocabulary: 6 });
    const model = { graph, site: findPromptSite(graph), features: { [states]: states }, placeholderId: 3 };
    const info = { ...backbone, features: { [states]: { kind: "tokens", width: 4 } } } as const;
    const modulesToSave = ["embeddings/word", "embeddings/norm", "attention.key", "layer.0/intermediate"];
    const { head, objective } = parts;
    const composition = compose(model, info, { head, objective, modulesToSave });
    const wrt = composition.parameters.map((spec) => spec.name);
    expect(wrt).toEqual(
      expect.arrayContaining([
        "head.weight",
        "embeddings/word",
        "embeddings/norm.weight",
        "embeddings/norm.bias",
        "layer.0/attention.key.weight",
        "layer.0/intermediate.bias",
      ]),
    );
    const random = seededRandom(5);
    const parameters = Object.fromEntries(
      composition.parameters.map((spec) => [spec.name, spec.initialize(random)]),
    );
    const texts = batchOf([[5, 1, 2], [4]], [0, 1]);
    const feeds: NamedTensors = { ...texts, ...parameters };
    const truth = finiteDifferences(composition.graph, { loss: LOSS, wrt, feeds });
    const results = evaluateFloat64(await trainingGraph(composition, wrt), feeds);
    for (const name of wrt) {
      expectClose(results[gradientName(name)], truth[name]!, {
        relative: 1e-6,
        relativeTo: "largest",
        absolute: 1e-9,
      });
    }
  });

  it("starts from the model's own weights and trains them beside prompt and head", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile({ ...parts, modulesToSave: ["layer.1/norm"] });
    const frozen = await backbone.compile(parts);
    expect(step.trainable).toEqual([...frozen.trainable, "layer.1/norm.weight", "layer.1/norm.bias"]);
    const parameters = initial(step);
    const { loss, gradients } = await step.step(labelled, parameters);
    expect(loss).toBeCloseTo((await frozen.step(labelled, initial(frozen))).loss, 5);
    expect(gradients["layer.1/norm.weight"]?.shape).toEqual([HIDDEN]);
    const name = "layer.1/norm.bias";
    const moved = { ...parameters, [name]: { ...parameters[name]!, data: new Float32Array(HIDDEN).fill(2) } };
    const logits = async (values: Parameters) => (await step.predict(batchOf(TEXTS), values))["logits"]!;
    expect((await logits(moved)).data).not.toEqual((await logits(parameters)).data);
  });

  it.each([
    ["a score for each", cosineSimilarityLoss()],
    ["each other", multipleNegativesRanking({ scale: 5 })],
  ])("agrees with finite differences where pairs are compared with %s", async (_, objective) => {
    const backbone = await tinyBackbone();
    const graph = tinyEncoder({ seed: 1, hidden: HIDDEN, layers: 1 });
    const model = { graph, site: findPromptSite(graph), features: { [states]: states }, placeholderId: 3 };
    const head = pooledHead({ feature: states, normalize: true });
    const composition = compose(model, backbone, { prompt: parts.prompt, head, objective });
    const feeds: NamedTensors = {
      ...batchOf([
        [5, 7, 8, 9],
        [6, 2],
        [11, 12, 13],
        [1, 3, 4],
      ]),
      ...(objective.targets.length > 0 && { scores: tensor("float32", [4], [0.9, 0.9, -0.2, -0.2]) }),
      ...Object.fromEntries(
        composition.parameters.map((spec) => [spec.name, spec.initialize(seededRandom(5))]),
      ),
    };
    const wrt = [PROMPT_EMBEDDINGS];
    const truth = finiteDifferences(composition.graph, { loss: LOSS, wrt, feeds });
    const results = evaluateFloat64(await trainingGraph(composition, wrt), feeds);
    expectClose(results[gradientName(PROMPT_EMBEDDINGS)], truth[PROMPT_EMBEDDINGS]!, {
      relative: 1e-6,
      relativeTo: "largest",
    });
  });

  it("gives gradients of the trainable groups only", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile({ ...parts, trainable: ["prompt"] });
    expect(step.trainable).toEqual([PROMPT_EMBEDDINGS]);
    expect(step.parameters.map((spec) => spec.name)).toContain("head.weight");
    const { gradients } = await step.step(labelled, initial(step));
    expect(Object.keys(gradients)).toEqual([PROMPT_EMBEDDINGS]);
  });

  it("does not depend on how far the batch is padded", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile(parts);
    const parameters = initial(step);
    const short = await step.step(labelled, parameters);
    const long = await step.step({ ...labelled, ...paddedTo(9) }, parameters);
    expect(long.loss).toBeCloseTo(short.loss, 5);
    expectClose(long.gradients[PROMPT_EMBEDDINGS], short.gradients[PROMPT_EMBEDDINGS]!, {
      relative: 1e-3,
      relativeTo: "largest",
    });
  });

  it("gives the same bytes for the same batch and parameters", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile(parts);
    const [a, b] = [await step.step(labelled, initial(step)), await step.step(labelled, initial(step))];
    expect(a).toEqual(b);
  });

  it("predicts without targets what its loss is of", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile(parts);
    const parameters = initial(step);
    const { loss } = await step.step(labelled, parameters);
    const { logits } = await step.predict(batchOf(TEXTS), parameters);
    const losses = [0, 1, 1].map((label, i) => {
      const row = [...sliceRows(logits!, i, i + 1).data].map(Number);
      return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;
    });
    expect(losses.reduce((sum, value) => sum + value) / 3).toBeCloseTo(loss, 5);
  });

  it("refuses to train without an objective", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile({ head: parts.head });
    await expect(step.step(labelled, initial(step))).rejects.toThrow(ConfigError);
  });

  it("names an input that the batch lacks", async () => {
    const backbone = await tinyBackbone();
    const step = await backbone.compile(parts);
    const { input_ids } = labelled;
    await expect(step.step({ input_ids: input_ids! }, initial(step))).rejects.toThrow(
      /"attention_mask" is missing/,
    );
  });
});

/** The texts with padding up to `length`. */
function paddedTo(length: number): NamedTensors {
  const longer = batchOf([...TEXTS, Array.from({ length }, () => 0)]);
  return Object.fromEntries(
    Object.entries(longer).map(([name, tensor]) => [name, sliceRows(tensor, 0, TEXTS.length)]),
  );
}
