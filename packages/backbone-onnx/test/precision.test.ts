import { join } from "node:path";
import { readModelFile } from "@incipit/onnx/node";
import { softPrompt } from "@incipit/prompts";
import { expectClose, tinyEncoder } from "@incipit/testing";
import { it } from "vitest";
import { onnxBackbone } from "../src/index.js";
import { folderOf, openCase } from "./generation-cases.js";
import { inHalves } from "./in-halves.js";
import { TABLES, withProductsIn4Bits, withTable } from "./quantized-models.js";
import { expectSameStep } from "./same-step.js";
import { batchOf, HIDDEN, VOCABULARY } from "./tiny-backbone.js";

const FLOAT32 = tinyEncoder({ seed: 1, hidden: HIDDEN, layers: 2, vocabulary: VOCABULARY });

it.each([
  ["float16", 3e-3],
  ["bfloat16", 3e-2],
] as const)(
  "trains in front of weights and states in %s as in front of the same in 32 bits",
  async (dtype, relative) => {
    await expectSameStep(inHalves(FLOAT32, dtype), FLOAT32, relative);
  },
);

it.each(Object.keys(TABLES))(
  "trains behind a table of words %s as behind the same in float32",
  async (form) => {
    const { stored, same } = withTable(FLOAT32, form, "embeddings/word");
    await expectSameStep(stored, same, 1e-5);
  },
);

it("trains in front of products with weights of 4 bits in blocks as with the same in float32", async () => {
  const { stored, same } = withProductsIn4Bits(FLOAT32, 16);
  await expectSameStep(stored, same, 1e-4);
});

it.each([
  ["float16", 1e-2],
  ["bfloat16", 1e-1],
] as const)(
  "generates with keys, values and logits in %s as with the same in 32 bits",
  async (dtype, relative) => {
    const name = "gpt2-causal-past";
    const { backbone, step, parameters } = await openCase(name);
    const graph = await readModelFile(join(folderOf(name), "onnx/model.onnx"));
    const halves = await onnxBackbone({
      ...{ name, fingerprint: name, maxLength: backbone.maxLength, tokenizer: backbone.tokenizer },
      graph: inHalves(graph, dtype),
    });
    const inHalf = await halves.generation!({ prompt: softPrompt({ virtualTokens: 4, placement: "front" }) });
    const batch = batchOf([[5, 6, 7], [8]]);
    const [expected, actual] = [await step.start(batch, parameters), await inHalf.start(batch, parameters)];
    expectClose(actual.logits, expected.logits, { relative, relativeTo: "largest" });
    const more = [9, 10];
    const next = [(await actual.next(more)).logits, (await expected.next(more)).logits] as const;
    expectClose(...next, { relative, relativeTo: "largest" });
    for (const open of [inHalf, halves, step, backbone]) await open.dispose();
  },
);
