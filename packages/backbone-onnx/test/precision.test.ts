import type { HostTensor } from "@incipit/core";
import { DATA_TYPE, type Graph, type Node } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { tinyEncoder } from "@incipit/testing";
import { it } from "vitest";
import { TABLES, withProductsIn4Bits, withTable } from "./quantized-models.js";
import { expectSameStep } from "./same-step.js";
import { HIDDEN, VOCABULARY } from "./tiny-backbone.js";

const FLOAT32 = tinyEncoder({ seed: 1, hidden: HIDDEN, layers: 2, vocabulary: VOCABULARY });

const mapWeights = (graph: Graph, map: (weight: HostTensor, name: string) => HostTensor): Graph => ({
  ...graph,
  initializers: new Map(Array.from(graph.initializers, ([name, weight]) => [name, map(weight, name)])),
});

/** The same model with weights, states and outputs of 16 bits. */
function inHalves(graph: Graph, dtype: "float16" | "bfloat16"): Graph {
  const cast = (node: Node): Node =>
    node.opType === "Cast" ? { ...node, attributes: { to: { type: "int", value: DATA_TYPE[dtype] } } } : node;
  return {
    ...mapWeights(graph, (weight) =>
      weight.dtype === "float32" ? tensor(dtype, weight.shape, Array.from(weight.data)) : weight,
    ),
    nodes: graph.nodes.map(cast),
    outputs: graph.outputs.map((output) => ({ ...output, dtype })),
  };
}

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
