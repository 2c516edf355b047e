import type { HostTensor, Parameters } from "@incipit/core";
import { crossEntropy, softmaxHead } from "@incipit/heads";
import type { Graph, Node } from "@incipit/onnx";
import { DATA_TYPE } from "@incipit/onnx";
import { PROMPT_EMBEDDINGS, softPrompt } from "@incipit/prompts";
import { seededRandom, tensor, toFloat32 } from "@incipit/tensor";
import { expectClose, tinyEncoder } from "@incipit/testing";
import { expect, it } from "vitest";
import { batchOf, HIDDEN, tinyBackbone, VOCABULARY } from "./tiny-backbone.js";

const FLOAT32 = tinyEncoder({ seed: 1, hidden: HIDDEN, layers: 2, vocabulary: VOCABULARY });
const WORDS = "embeddings/word";

const mapWeights = (graph: Graph, map: (weight: HostTensor, name: string) => HostTensor): Graph => ({
  ...graph,
  initializers: new Map(Array.from(graph.initializers, ([name, weight]) => [name, map(weight, name)])),
});

/** The same model with weights, states and outputs of 16 bits. */
function inFloat16(graph: Graph): Graph {
  const cast = (node: Node): Node =>
    node.opType === "Cast"
      ? { ...node, attributes: { to: { type: "int", value: DATA_TYPE.float16 } } }
      : node;
  return {
    ...mapWeights(graph, (weight) =>
      weight.dtype === "float32" ? tensor("float16", weight.shape, Array.from(weight.data)) : weight,
    ),
    nodes: graph.nodes.map(cast),
    outputs: graph.outputs.map((output) => ({ ...output, dtype: "float16" })),
  };
}

const SCALE = 0.05;
const ZERO = 128;
const quantized = (table: HostTensor) => toFloat32(table).data.map((x) => Math.round(x / SCALE) + ZERO);

/** The same model with its embedding table in 8 bits, decoded behind the lookup. */
function withTableIn8Bits(graph: Graph): Graph {
  const lookup = graph.nodes.find((node) => node.inputs[0] === WORDS)!;
  const decode: Node = {
    ...{ name: "decode", opType: "DequantizeLinear", domain: "", attributes: {} },
    inputs: ["looked-up", "scale", "zero"],
    outputs: lookup.outputs,
  };
  const nodes = graph.nodes.flatMap((node) =>
    node === lookup ? [{ ...node, outputs: ["looked-up"] }, decode] : [node],
  );
  const { initializers } = mapWeights(graph, (weight, name) =>
    name === WORDS ? tensor("uint8", weight.shape, Array.from(quantized(weight))) : weight,
  );
  const scales = [
    ["scale", tensor("float32", [], [SCALE])],
    ["zero", tensor("uint8", [], [ZERO])],
  ] as const;
  return { ...graph, nodes, initializers: new Map<string, HostTensor>([...initializers, ...scales]) };
}

/** The same model with the embeddings that the 8 bits stand for. */
function withDecodedTable(graph: Graph): Graph {
  return mapWeights(graph, (weight, name) =>
    name === WORDS
      ? tensor(
          "float32",
          weight.shape,
          Array.from(quantized(weight), (x) => (x - ZERO) * SCALE),
        )
      : weight,
  );
}

/** Loss and gradients of one step; the prompt starts from the embeddings of some words. */
async function stepOf(graph: Graph) {
  const backbone = await tinyBackbone({ graph });
  const step = await backbone.compile({
    prompt: softPrompt({ virtualTokens: 3, init: ({ embeddings }) => embeddings.rows([4, 9, 2]) }),
    head: softmaxHead({ labels: 2 }),
    objective: crossEntropy(),
  });
  const parameters: Parameters = Object.fromEntries(
    step.parameters.map((spec) => [spec.name, spec.initialize(seededRandom(spec.name))]),
  );
  const result = await step.step(batchOf([[5, 7, 8], [6]], [0, 1]), parameters);
  await step.dispose();
  await backbone.dispose();
  return { ...result, prompt: parameters[PROMPT_EMBEDDINGS]! };
}

it.each([
  ["weights and states of 16 bits", inFloat16(FLOAT32), FLOAT32, 3e-3],
  ["an embedding table of 8 bits", withTableIn8Bits(FLOAT32), withDecodedTable(FLOAT32), 1e-5],
])("trains in front of %s as in front of the same in 32", async (_, graph, same, relative) => {
  const [actual, expected] = [await stepOf(graph), await stepOf(same)];
  expect(Math.abs(actual.loss - expected.loss) / expected.loss).toBeLessThan(relative);
  expectClose(actual.prompt, expected.prompt, { relative });
  for (const name of [PROMPT_EMBEDDINGS, "head.weight"])
    expectClose(actual.gradients[name], expected.gradients[name]!, { relative, relativeTo: "largest" });
});
