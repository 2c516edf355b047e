import { crossEntropy, sequenceToSequence, tokenClassification } from "@incipit/heads";
import { tinyEncoder } from "@incipit/testing";
import { expect, it } from "vitest";
import { paddedInputs } from "./padded-inputs.js";
import { findPromptSite } from "./prompt-site.js";

const graph = tinyEncoder();
const site = findPromptSite(graph);

it("names the model's own inputs and those targets that have a value per token of the text", () => {
  expect(paddedInputs({ graph, site })).toEqual(["input_ids", "attention_mask"]);
  expect(paddedInputs({ graph, site }, crossEntropy())).toEqual(["input_ids", "attention_mask"]);
  expect(paddedInputs({ graph, site }, tokenClassification())).toContain("labels");
  expect(paddedInputs({ graph, site }, sequenceToSequence())).not.toContain("labels");
});

it("names none where the model takes no mask, or no ids", () => {
  const inputs = graph.inputs.filter(({ name }) => name !== "attention_mask");
  expect(paddedInputs({ graph: { ...graph, inputs }, site })).toBeUndefined();
  expect(
    paddedInputs({ graph, site: { kind: "sequence", embedding: "embedding", dtype: "float32" } }),
  ).toBeUndefined();
});
