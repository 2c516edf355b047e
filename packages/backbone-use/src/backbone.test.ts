import { type Backbone, FormatError, type Head, type Objective, type PromptModule } from "@incipit/core";
import { crossEntropy, initializers, seededRandom, tensor } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchOf } from "../test/batch.js";
import { loadUse } from "./backbone.js";

const VIRTUAL_TOKENS = 3;
const PROMPT = "prompt.embeddings";
const WEIGHT = "head.weight";

const softPrompt: PromptModule = {
  virtualTokens: VIRTUAL_TOKENS,
  placement: "front",
  parameters: ({ embeddings: { width, rms } }) => [
    {
      name: PROMPT,
      shape: [VIRTUAL_TOKENS, width],
      group: "prompt",
      learningRateScale: rms,
      initialize: (random) => initializers.normal({ std: rms })(random, [VIRTUAL_TOKENS, width]),
    },
  ],
  build: (_ops, { parameters }) => parameters[PROMPT]!,
};

/** Two labels, by the sentence embedding. */
const classifier: Head = {
  parameters: () => [
    {
      name: WEIGHT,
      shape: [512, 2],
      group: "head",
      learningRateScale: 1,
      initialize: (random) => initializers.normal()(random, [512, 2]),
    },
  ],
  build: (ops, { features, parameters }) => ({
    logits: ops.matmul(features["embedding"]!, parameters[WEIGHT]!),
  }),
};

/** The features themselves. */
const features: Head = { parameters: () => [], build: (_ops, { features }) => features };

const likelihood: Objective = {
  targets: [{ name: "labels", dtype: "int64", shape: ["batch"] }],
  build: (ops, { outputs, targets }) => crossEntropy(ops, outputs["logits"]!, targets["labels"]!),
};

let backbone: Backbone;

beforeAll(async () => {
  backbone = await loadUse();
});

afterAll(() => backbone.dispose());

const idsOf = (text: string) => backbone.tokenizer.encode(text).ids;
const batch = (...texts: string[]) => batchOf(texts.map(idsOf), backbone.tokenizer.padId);

describe("the backbone", () => {
  test("says what it is", () => {
    expect(backbone.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(backbone.maxLength).toBe(128);
    expect(backbone.embeddings).toMatchObject({ size: 8002, width: 256 });
    expect(backbone.features).toEqual({
      tokens: { kind: "tokens", width: 512 },
      pooled: { kind: "pooled", width: 512 },
      embedding: { kind: "pooled", width: 512 },
    });
  });

  test("takes a prompt of words' embeddings for the words themselves", async () => {
    const words = idsOf("please tell me");
    expect(words).toHaveLength(VIRTUAL_TOKENS);
    const step = await backbone.compile({ prompt: softPrompt, head: features });
    const prompted = await step.predict(batch("where it is", "who they were in the end"), {
      [PROMPT]: backbone.embeddings.rows(words),
    });
    const written = await backbone.encode(
      batch("please tell me where it is", "please tell me who they were in the end"),
    );
    expectClose(prompted["embedding"], written["embedding"]!, { absolute: 1e-5 });
    expectClose(prompted["pooled"], written["pooled"]!, { absolute: 5e-4 });
    await step.dispose();
  });

  test("trains a prompt: its gradient is the loss's slope, and following it the loss falls", async () => {
    const step = await backbone.compile({ prompt: softPrompt, head: classifier, objective: likelihood });
    const random = seededRandom(1);
    const examples = {
      ...batch("a fine film", "what a waste of an evening", "we loved it", "dull, dull, dull"),
      labels: tensor("int64", [4], [0, 1, 0, 1]),
    };
    let parameters = Object.fromEntries(step.parameters.map((spec) => [spec.name, spec.initialize(random)]));
    const moved = (gradient: Float32Array, rate: number) => ({
      ...parameters,
      [PROMPT]: tensor(
        "float32",
        [VIRTUAL_TOKENS, 256],
        parameters[PROMPT]!.data.map((x, i) => x - rate * gradient[i]!),
      ),
    });

    const { loss, gradients } = await step.step(examples, parameters);
    const gradient = gradients[PROMPT]!.data;
    const squaredLength = gradient.reduce((sum, value) => sum + value * value, 0);
    const h = 1e-3 / Math.sqrt(squaredLength);
    const [ahead, behind] = [
      await step.step(examples, moved(gradient, -h)),
      await step.step(examples, moved(gradient, h)),
    ];
    expect((ahead.loss - behind.loss) / (2 * h * squaredLength)).toBeCloseTo(1, 1);

    for (let i = 0; i < 10; i++) {
      const { gradients } = await step.step(examples, parameters);
      parameters = moved(gradients[PROMPT]!.data, 0.05 / Math.sqrt(squaredLength));
    }
    expect((await step.step(examples, parameters)).loss).toBeLessThan(0.8 * loss);
    await step.dispose();
  });

  test("gives nearly the same embeddings in 8 bits", async () => {
    const rounded = await loadUse({ optimization: { precision: "int8" } });
    const texts = batch("a fine film", "what a waste of an evening");
    const [exact, approximate] = await Promise.all(
      [backbone, rounded].map(async (each) => {
        const step = await each.compile({ head: features });
        const { embedding } = await step.predict(texts, {});
        await step.dispose();
        return embedding!;
      }),
    );
    expect(approximate).not.toEqual(exact);
    expectClose(approximate, exact!, { absolute: 0.03 });
    await rounded.dispose();
  });

  test("refuses a folder without the encoder's files", async () => {
    await expect(loadUse({ folder: join(tmpdir(), "no such folder") })).rejects.toThrow(FormatError);
  });
});
