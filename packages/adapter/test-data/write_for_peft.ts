/** Write adapters for check_in_peft.py into the folder that is named as the argument. */
import { join } from "node:path";
import { tensor } from "@incipit/tensor";
import { type Adapter } from "@incipit/adapter";
import { saveAdapter } from "@incipit/adapter/node";

const [, , folder = "."] = process.argv;

/** Entry k is `sign · (k/32 modulo 4)`. */
function numbers(shape: readonly number[], sign: number) {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    "float32",
    shape,
    Float32Array.from({ length: size }, (_, k) => sign * ((k / 32) % 4)),
  );
}

const prompt = { "prompt.embeddings": numbers([4, 32], 1) };
const head = { "head.weight": numbers([3, 32], -1), "head.bias": numbers([3], -1) };

const adapters: Readonly<Record<string, Adapter>> = {
  bert: {
    parameters: { ...prompt, ...head },
    peft: { taskType: "SEQ_CLS", modules: { head: "classifier" } },
  },
  bert_features: { parameters: { ...prompt, ...head } },
  bert_modules: {
    parameters: {
      ...prompt,
      "classifier.weight": numbers([3, 32], -1),
      "classifier.bias": numbers([3], -1),
      "bert.pooler.dense.weight": numbers([32, 32], -1),
      "bert.pooler.dense.bias": numbers([32], -1),
    },
    peft: { taskType: "SEQ_CLS", modules: { classifier: "classifier", "bert.pooler": "bert.pooler" } },
  },
  bert_tags: {
    parameters: { ...prompt, ...head },
    peft: { taskType: "TOKEN_CLS", modules: { head: "classifier" } },
  },
  bert_answers: {
    parameters: { ...prompt, "head.weight": numbers([2, 32], -1), "head.bias": numbers([2], -1) },
    peft: { taskType: "QUESTION_ANS", modules: { head: "qa_outputs" } },
  },
  gpt2: {
    parameters: prompt,
    peft: { taskType: "CAUSAL_LM", layers: 2, attentionHeads: 2, baseModel: "tiny" },
  },
  t5: { parameters: prompt, peft: { taskType: "SEQ_2_SEQ_LM" } },
};
for (const [name, adapter] of Object.entries(adapters)) await saveAdapter(join(folder, name), adapter);
