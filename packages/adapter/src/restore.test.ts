import { ConfigError, type Backbone, type TrainStepParts } from "@incipit/core";
import { softmaxHead } from "@incipit/heads";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { zeros } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import type { Adapter } from "./adapter.js";
import { restoreStep } from "./restore.js";

/** A model that only tells of which parts its step is to be made. */
function fakeBackbone() {
  const asked: TrainStepParts[] = [];
  const refuse = () => Promise.reject(new Error("not of interest here"));
  const backbone: Backbone = {
    name: "fake",
    fingerprint: "f",
    embeddings: { size: 9, width: 4, rms: 1, rows: (ids) => zeros("float32", [ids.length, 4]) },
    features: {},
    tokenizer: {
      vocabularySize: 9,
      padId: 0,
      fingerprint: "t",
      encode: () => ({ ids: [] }),
      decode: () => "",
      token: () => "",
    },
    maxLength: 8,
    placement: "front",
    compile: (parts) => {
      asked.push(parts);
      return Promise.resolve({
        ...{ parameters: [], trainable: [], step: refuse, predict: refuse },
        dispose: () => Promise.resolve(),
      });
    },
    encode: refuse,
    dispose: () => Promise.resolve(),
  };
  return { backbone, asked };
}

const parameters = { [PROMPT_EMBEDDINGS]: zeros("float32", [3, 4]) };

describe("restoreStep", () => {
  it("trains the modules of the model that were trained", async () => {
    const { backbone, asked } = fakeBackbone();
    const adapter: Adapter = {
      parameters,
      head: { type: "softmax", labels: 2 },
      modulesToSave: ["pooler"],
    };
    await restoreStep(adapter, backbone);
    expect(asked[0]).toMatchObject({
      prompt: { virtualTokens: 3 },
      head: { config: softmaxHead({ labels: 2 }).config },
      modulesToSave: ["pooler"],
    });
  });

  it.each([
    ["SEQ_CLS", { type: "model-output", feature: "logits" }],
    ["CAUSAL_LM", { type: "model-output", feature: "logits" }],
    ["QUESTION_ANS", { type: "model-spans" }],
  ] as const)("takes the model's own head where PEFT trained for %s", async (taskType, config) => {
    const { backbone, asked } = fakeBackbone();
    await restoreStep({ parameters, peft: { taskType } }, backbone);
    expect(asked[0]?.head.config).toEqual(config);
    expect(asked[0]).not.toHaveProperty("modulesToSave");
  });

  it("asks for the head where PEFT trained for the model's features", async () => {
    const restoring = restoreStep(
      { parameters, peft: { taskType: "FEATURE_EXTRACTION" } },
      fakeBackbone().backbone,
    );
    await expect(restoring).rejects.toThrow(ConfigError);
    await expect(restoring).rejects.toThrow("does not say what its head is");
  });
});
