import { fileURLToPath } from "node:url";
import { ConfigError, type HostTensor } from "@incipit/core";
import { sizeOf, tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { loadAdapter } from "../node/load.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../test-data/peft/${name}`, import.meta.url));

/** What `make_fixtures.py` fills tensors with. */
function numbers(shape: readonly number[], sign: number): HostTensor<"float32"> {
  return tensor(
    "float32",
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, k) => sign * ((k / 32) % 4)),
  );
}

const prompt = { "prompt.embeddings": numbers([4, 32], 1) };
const head = { "classifier.weight": numbers([3, 32], -1), "classifier.bias": numbers([3], -1) };
const sizes = { layers: 2, attentionHeads: 2 };

describe("adapters made by PEFT are read", () => {
  it.each(["bert", "bert-float16"])("%s, with its head", async (name) => {
    expect(await loadAdapter(fixture(name))).toEqual({
      parameters: { ...prompt, ...head },
      peft: { taskType: "SEQ_CLS", ...sizes, modules: { classifier: "classifier" } },
      modulesToSave: ["classifier"],
    });
  });

  it("RoBERTa, whose head has two layers", async () => {
    const { parameters } = await loadAdapter(fixture("roberta"));
    expect(parameters).toEqual({
      ...prompt,
      "classifier.dense.weight": numbers([32, 32], -1),
      "classifier.dense.bias": numbers([32], -1),
      "classifier.out_proj.weight": numbers([3, 32], -1),
      "classifier.out_proj.bias": numbers([3], -1),
    });
  });

  it("DistilBERT, which has a layer before the head", async () => {
    const { parameters, peft, modulesToSave } = await loadAdapter(fixture("distilbert"));
    expect(parameters).toEqual({
      ...prompt,
      ...head,
      "pre_classifier.weight": numbers([32, 32], -1),
      "pre_classifier.bias": numbers([32], -1),
    });
    expect(peft?.modules).toEqual({ classifier: "classifier", pre_classifier: "pre_classifier" });
    expect(modulesToSave?.toSorted()).toEqual(["classifier", "pre_classifier"]);
  });

  it("GPT-2 in bfloat16, which has no head of its own", async () => {
    expect(await loadAdapter(fixture("gpt2-bfloat16"))).toEqual({
      parameters: prompt,
      peft: { taskType: "CAUSAL_LM", ...sizes },
    });
  });

  it("T5, of whose two prompts the decoder's is never used", async () => {
    expect(await loadAdapter(fixture("t5"))).toEqual({
      parameters: prompt,
      peft: { taskType: "SEQ_2_SEQ_LM", ...sizes },
    });
  });
});

it.each([
  ["p-tuning", "P_TUNING"],
  ["lora", "LORA"],
])("a %s adapter is refused by its type", async (name, type) => {
  await expect(loadAdapter(fixture(name))).rejects.toThrow(ConfigError);
  await expect(loadAdapter(fixture(name))).rejects.toThrow(`peft_type ${type} are not supported yet`);
});
