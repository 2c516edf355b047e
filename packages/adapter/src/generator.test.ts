import {
  type Backbone,
  ConfigError,
  type GenerationParts,
  type GenerationStep,
  MismatchError,
} from "@incipit/core";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { zeros } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { type Adapter } from "./adapter.js";
import { restoreGenerator } from "./generator.js";

const refuse = () => Promise.reject(new Error("not of interest here"));

/** A model that only tells which prompt it is to generate with. */
function fakeBackbone(width = 4) {
  const asked: GenerationParts[] = [];
  const classifier: Backbone = {
    name: "fake",
    fingerprint: "f",
    embeddings: { size: 9, width, rms: 1, rows: (ids) => zeros("float32", [ids.length, width]) },
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
    compile: refuse,
    encode: refuse,
    dispose: () => Promise.resolve(),
  };
  const backbone: Backbone = {
    ...classifier,
    generation: (parts) => {
      asked.push(parts);
      const parameters = parts.prompt?.parameters(classifier) ?? [];
      const step: GenerationStep = {
        ...{ parameters, continues: true, endIds: [], maxLength: 8 },
        start: refuse,
        dispose: () => Promise.resolve(),
      };
      return Promise.resolve(step);
    },
  };
  return { backbone, classifier, asked };
}

const parameters = { [PROMPT_EMBEDDINGS]: zeros("float32", [3, 4]) };
const ours: Adapter = {
  parameters,
  prompt: { type: "soft-prompt", virtualTokens: 3 },
  placement: "after-first",
  backbone: { name: "fake", fingerprint: "f" },
};

describe("restoreGenerator", () => {
  it("puts the prompt where it stood in training", async () => {
    const { backbone, asked } = fakeBackbone();
    const generator = await restoreGenerator(ours, backbone);
    expect(generator.parameters).toBe(parameters);
    expect(generator.step.parameters.map((spec) => spec.name)).toEqual([PROMPT_EMBEDDINGS]);
    expect(asked[0]?.prompt).toMatchObject({ virtualTokens: 3, placement: "after-first" });
  });

  it("gives the model the weights of its modules that were trained", async () => {
    const { backbone, asked } = fakeBackbone();
    const weights = { "lm_head.weight": zeros("float32", [9, 4]) };
    const adapter = { ...ours, parameters: { ...parameters, ...weights }, modulesToSave: ["head"] };
    await restoreGenerator(adapter, backbone);
    expect(asked[0]?.weights).toEqual(weights);
  });

  it("takes an adapter of PEFT for a soft prompt in front", async () => {
    const { backbone, asked } = fakeBackbone();
    await restoreGenerator({ parameters, peft: { taskType: "CAUSAL_LM" } }, backbone);
    expect(asked[0]?.prompt).toMatchObject({ virtualTokens: 3, placement: "front" });
  });

  it("refuses another model, a model that does not generate, and an adapter without a prompt", async () => {
    const { backbone, classifier } = fakeBackbone();
    await expect(restoreGenerator(ours, { ...backbone, fingerprint: "g" })).rejects.toThrow(MismatchError);
    await expect(restoreGenerator(ours, fakeBackbone(5).backbone)).rejects.toThrow(MismatchError);
    await expect(restoreGenerator(ours, classifier)).rejects.toThrow(/generates no text/);
    await expect(restoreGenerator({ parameters: {} }, backbone)).rejects.toThrow(ConfigError);
  });

  it("refuses parameters that are not those of the prompt", async () => {
    const fewer = { ...ours, parameters: { [PROMPT_EMBEDDINGS]: zeros("float32", [2, 4]) } };
    await expect(restoreGenerator(fewer, fakeBackbone().backbone)).rejects.toThrow(
      /"prompt.embeddings" should be \[3, 4\], it is \[2, 4\]/,
    );
  });
});
