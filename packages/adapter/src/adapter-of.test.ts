import { ConfigError, type Head } from "@incipit/core";
import { softmaxHead } from "@incipit/heads";
import { softPrompt } from "@incipit/prompts";
import { zeros } from "@incipit/tensor";
import { expect, it } from "vitest";
import { adapterOf } from "./adapter-of.js";
import type { PeftSettings } from "./peft/settings.js";

const backbone = {
  name: "tiny",
  fingerprint: "f1",
  placement: "after-first",
  tokenizer: { fingerprint: "t1" },
} as const;
const head = softmaxHead({ labels: 2 });

it("remembers what makes prompt and head again, and the model they belong to", () => {
  const prompt = softPrompt({ virtualTokens: 3 });
  expect(adapterOf({ backbone, prompt, head, parameters: {}, labels: ["a", "b"] })).toEqual({
    prompt: { type: "soft-prompt", virtualTokens: 3 },
    placement: "after-first",
    head: { type: "softmax", labels: 2 },
    backbone: { name: "tiny", fingerprint: "f1" },
    tokenizer: { fingerprint: "t1" },
    parameters: {},
    labels: ["a", "b"],
  });
});

it("remembers where the prompt stood when that was not the backbone's choice", () => {
  const prompt = softPrompt({ virtualTokens: 3, placement: "front" });
  expect(adapterOf({ backbone, prompt, head, parameters: {} }).placement).toBe("front");
});

it("tells PEFT which modules of the model were trained", () => {
  const weight = zeros("float32", [1]);
  const trained = {
    parameters: {
      "head.weight": weight,
      "bert.pooler.dense.weight": weight,
      "bert.pooler.dense.bias": weight,
      final_logits_bias: weight,
    },
    modulesToSave: ["pooler", "final_logits_bias"],
  };
  const told = (peft: PeftSettings | undefined) =>
    adapterOf({ backbone, head, ...trained, ...(peft && { peft }) });
  expect(told(undefined)).toMatchObject({
    modulesToSave: ["pooler", "final_logits_bias"],
    peft: { taskType: "FEATURE_EXTRACTION", modules: { "bert.pooler": "bert.pooler" } },
  });
  expect(told({ taskType: "SEQ_CLS", modules: { head: "classifier" } }).peft).toEqual({
    taskType: "SEQ_CLS",
    modules: { head: "classifier", "bert.pooler": "bert.pooler" },
  });
});

it("has no prompt where none was trained", () => {
  expect(adapterOf({ backbone, head, parameters: {} })).not.toHaveProperty("prompt");
});

it("refuses a head that could not be made again", () => {
  const own: Head = { parameters: () => [], build: () => ({}) };
  expect(() => adapterOf({ backbone, head: own, parameters: {} })).toThrow(ConfigError);
});
