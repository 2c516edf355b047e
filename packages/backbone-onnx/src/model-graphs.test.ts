import { GraphBuilder } from "@incipit/onnx";
import { randomTensors } from "@incipit/testing";
import { expect, it } from "vitest";
import { modelGraphs, trainingModel } from "./model-graphs.js";
import { findPromptSite } from "./prompt-site.js";

/** A model whose embeddings ONNX Runtime's optimizer has fused with their normalization. */
function fused() {
  const random = randomTensors(0);
  const g = new GraphBuilder();
  const ids = g.input("input_ids", "int32", ["batch", "seq"]);
  const [words, positions, gamma, beta] = [[50, 4], [9, 4], [4], [4]].map((shape, i) =>
    g.initializer(random.normal(shape), ["words", "positions", "gamma", "beta"][i]),
  ) as [string, string, string, string];
  const inputs = [ids, "", words, positions, "", gamma, beta];
  const [embedded = ""] = g.ops(
    "EmbedLayerNormalization",
    inputs,
    {},
    { domain: "com.microsoft", outputs: 2 },
  );
  g.output(embedded, "states", "float32");
  return g.build();
}

it("has the token embedding apart from what it was fused with", async () => {
  const graph = await trainingModel(modelGraphs(fused()));
  expect(graph.nodes.map((node) => node.opType)).not.toContain("EmbedLayerNormalization");
  expect(findPromptSite(graph)).toMatchObject({ kind: "tokens", table: "words", vocabulary: 50 });
});
