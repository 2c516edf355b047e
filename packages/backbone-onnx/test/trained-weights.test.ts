import { join } from "node:path";
import { ConfigError, type HostTensor, type Parameters } from "@incipit/core";
import { modelOutput } from "@incipit/heads";
import { tensor, toFloat32 } from "@incipit/tensor";
import { expectClose, randomTensors } from "@incipit/testing";
import { expect, it } from "vitest";
import { loadModelFolder } from "../src/node.js";
import { batchOf } from "./tiny-backbone.js";

const CASES = join(import.meta.dirname, "../../testing/test-data/conformance-more");
const TEXT = [5, 6, 7, 8];
const SOURCE = [9, 10, 11];

it("generates with weights of the model that were trained", async () => {
  const backbone = await loadModelFolder(join(CASES, "qwen2-causal-dynamo"));
  const step = await backbone.compile({ head: modelOutput(), modulesToSave: ["lm_head", "norm"] });
  const weights = moved(step.parameters);
  const { logits } = await step.predict(batchOf([TEXT]), weights);
  const generation = await backbone.generation!({ weights });
  const { logits: next } = await generation.start(batchOf([TEXT]), {});
  expectClose(next, lastOf(logits!), { absolute: 1e-4 });
});

it("finds them in both files of an encoder-decoder", async () => {
  const backbone = await loadModelFolder(join(CASES, "marian-seq2seq-split"));
  const step = await backbone.compile({
    head: modelOutput(),
    modulesToSave: ["lm_head", "final_layer_norm"],
  });
  const weights = moved(step.parameters);
  const [start] = backbone.decoderStartIds!;
  const decoder = tensor("int64", [1, 1], [start!]);
  const { logits } = await step.predict({ ...batchOf([SOURCE]), decoder_input_ids: decoder }, weights);
  const generation = await backbone.generation!({ weights });
  const { logits: next } = await generation.start(batchOf([SOURCE]), {});
  expectClose(next, lastOf(logits!), { absolute: 1e-4 });
});

it("names a weight that the model has not", async () => {
  const backbone = await loadModelFolder(join(CASES, "qwen2-causal-dynamo"));
  const opening = backbone.generation!({ weights: { "score.weight": tensor("float32", [1], [0]) } });
  await expect(opening).rejects.toThrow(ConfigError);
  await expect(opening).rejects.toThrow('no weight "score.weight"');
});

/** Random values of their shapes. */
function moved(specs: readonly { readonly name: string; readonly shape: readonly number[] }[]): Parameters {
  const random = randomTensors(3);
  return Object.fromEntries(specs.map(({ name, shape }) => [name, random.normal(shape, 0.5)]));
}

/** Of logits `[1, positions, vocabulary]` those of the last position. */
function lastOf(logits: HostTensor): HostTensor<"float32"> {
  const width = logits.shape.at(-1) ?? 0;
  return tensor("float32", [1, width], toFloat32(logits).data.slice(-width));
}
