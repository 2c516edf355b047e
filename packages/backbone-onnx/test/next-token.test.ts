import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { tensor } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { loadModelFolder } from "../src/node.js";
import { batchOf } from "./tiny-backbone.js";

const DATA = join(import.meta.dirname, "../../testing/test-data");

interface Case {
  readonly task: string;
  readonly promptInit: readonly (readonly number[])[];
  readonly inputs: { readonly input_ids: number[][]; readonly attention_mask: number[][] };
  readonly expected: { readonly logitsAt?: { readonly values: readonly number[] } };
}

/** All conformance cases of decoders. */
const decoders = readdirSync(DATA)
  .filter((folder) => folder.startsWith("conformance"))
  .flatMap((folder) => readdirSync(join(DATA, folder)).map((name) => join(DATA, folder, name)))
  .map((folder) => [folder, JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as Case] as const)
  .filter(([, { task }]) => task === "causal-lm")
  .map(([folder, { promptInit, inputs, expected }]) => {
    const texts = inputs.input_ids.map((row, i) =>
      row.filter((_, at) => inputs.attention_mask[i]![at] === 1),
    );
    return { name: folder.split("/").at(-1)!, folder, promptInit, texts, logits: expected.logitsAt!.values };
  });

describe("what comes after a prompt and a text", () => {
  it.each(decoders)("is what PyTorch says: $name", async ({ folder, promptInit, texts, logits }) => {
    const backbone = await loadModelFolder(folder);
    const prompt = softPrompt({ virtualTokens: promptInit.length, placement: "front" });
    const step = await backbone.generation!({ prompt });
    const width = promptInit[0]!.length;
    const parameters = {
      [PROMPT_EMBEDDINGS]: tensor("float32", [promptInit.length, width], promptInit.flat()),
    };
    const all = await step.start(batchOf(texts), parameters);
    const first = all.logits.data.slice(0, logits.length);
    const shape = [logits.length];
    expectClose(tensor("float32", shape, first), tensor("float32", shape, logits), { absolute: 1e-3 });

    const alone = await step.start(batchOf(texts.slice(-1)), parameters);
    expectClose(all.select([texts.length - 1]).logits, alone.logits, { absolute: 1e-4 });
    expect(alone.ids).toEqual(texts.slice(-1));
    await step.dispose();
    await backbone.dispose();
  });
});
