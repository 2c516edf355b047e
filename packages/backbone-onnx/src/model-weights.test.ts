import { ConfigError, GraphError, type HostTensor } from "@incipit/core";
import { GraphBuilder, onnxOps, type Graph, type Value } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { seededRandom, tensor, toFloat16Bits } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { joinEncoderDecoder } from "./encoder-decoder.js";
import { exposeModules, replaceWeights } from "./model-weights.js";

const x = tensor("float32", [1, 2], [1, 2]);
/** `[in, out]`, as a MatMul takes it. */
const stored = tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
/** The same as PyTorch has it. */
const weight = tensor("float32", [3, 2], [1, 4, 2, 5, 3, 6]);
const bias = tensor("float32", [3], [7, 8, 9]);

interface Linear {
  /** What the node and the initializers are called. */
  readonly node: string;
  readonly weight: string;
  readonly bias: string;
  readonly module?: string;
  readonly tensor?: HostTensor;
}

/** A graph that has one linear layer, as PyTorch's exporters write one. */
function linear(names: Linear): Graph {
  const g = new GraphBuilder();
  const input = g.input("x", "float32", ["batch", 2]);
  const product = g.op(
    "MatMul",
    [input, g.initializer(names.tensor ?? stored, names.weight)],
    {},
    { name: names.node },
  );
  g.output(g.op("Add", [product, g.initializer(bias, names.bias)]), "y", "float32", ["batch", 3]);
  const graph = g.build();
  const { module } = names;
  return module === undefined ? graph : { ...graph, nodes: graph.nodes.map((node) => ({ ...node, module })) };
}

const torchscript = {
  node: "/bert/classifier/MatMul",
  weight: "onnx::MatMul_7",
  bias: "bert.classifier.bias",
};
const dynamo = { node: "node_MatMul_7", module: "classifier", weight: "val_7", bias: "classifier.bias" };

function valuesOf({ parameters }: ReturnType<typeof exposeModules>): Readonly<Record<string, HostTensor>> {
  return Object.fromEntries(parameters.map((spec) => [spec.name, spec.initialize(seededRandom(0))]));
}

describe("exposeModules", () => {
  it.each([
    ["TorchScript's exporter", torchscript, "bert.classifier"],
    ["dynamo's exporter", dynamo, "classifier"],
    [
      "an exporter that keeps names",
      { ...torchscript, node: "n", weight: "bert.classifier.weight" },
      "bert.classifier",
    ],
  ])("finds the weight and the bias of a module in what %s writes", (_, names, path) => {
    const { parameters } = exposeModules(linear(names), ["classifier"]);
    expect(parameters.map(({ name }) => name).sort()).toEqual([`${path}.bias`, `${path}.weight`]);
    expect(
      parameters.every(({ group, learningRateScale }) => group === "model" && learningRateScale === 1),
    ).toBe(true);
  });

  it("gives a weight that the exporter turned and did not name as PyTorch has it", () => {
    expect(valuesOf(exposeModules(linear(torchscript), ["classifier"]))).toEqual({
      "bert.classifier.weight": weight,
      "bert.classifier.bias": bias,
    });
  });

  it.each([
    ["turned", torchscript],
    ["as it was", { ...torchscript, weight: "bert.classifier.weight" }],
    [
      "in 16 bits",
      {
        ...torchscript,
        weight: "bert.classifier.weight",
        tensor: { dtype: "float16", shape: [2, 3], data: Uint16Array.from(stored.data, toFloat16Bits) },
      },
    ],
  ] as const)("leaves what the graph computes as it was, the weight being %s", async (_, names) => {
    const graph = cast16(linear(names), names.weight);
    const exposed = exposeModules(graph, ["classifier"]);
    const { y } = await evaluate(exposed.graph, { x, ...valuesOf(exposed) });
    expectClose(y, (await evaluate(graph, { x }))["y"]!, { relative: 1e-6 });
  });

  it("matches the ends of modules' names, as PEFT does, and whole names of weights", () => {
    const names = (modules: readonly string[]) =>
      exposeModules(linear(torchscript), modules).parameters.map(({ name }) => name);
    expect(names(["bert"])).toHaveLength(2);
    expect(names(["fier"])).toHaveLength(2);
    expect(names(["bert.classifier.bias"])).toEqual(["bert.classifier.bias"]);
    expect(names([])).toEqual([]);
  });

  it("knows modules of TensorFlow, whose names have slashes, and takes no sizes for weights", () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const wide = ops.matmul(
      g.input("x", "float32", ["batch", 2]),
      g.initializer(stored, "encoder/dense/kernel"),
    );
    const size = g.initializer(tensor("int64", [1], [-1]), "encoder/dense/size");
    g.output(g.op("Reshape", [wide, size]), "y");
    const { parameters } = exposeModules(g.build(), ["dense"]);
    expect(parameters.map(({ name }) => name)).toEqual(["encoder/dense/kernel"]);
  });

  it("leaves out the name of a program around the model", () => {
    const names = {
      node: "/model/classifier/MatMul",
      weight: "onnx::MatMul_7",
      bias: "model.classifier.bias",
    };
    const found = exposeModules(linear(names), ["classifier"]).parameters.map(({ name }) => name);
    expect(found.sort()).toEqual(["classifier.bias", "classifier.weight"]);
  });

  it("finds the weights of a decoder that was joined to its encoder", () => {
    const encoder = new GraphBuilder();
    encoder.output(encoder.op("Neg", [encoder.input("states", "float32", ["batch", 2])]), "encoded");
    const decoder = linear({ node: "/lm_head/MatMul", weight: "onnx::MatMul_7", bias: "final_logits_bias" });
    const [input] = decoder.inputs;
    const renamed = {
      ...decoder,
      inputs: [{ ...input!, name: "encoder_hidden_states" }],
      nodes: decoder.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map((value) => (value === "x" ? "encoder_hidden_states" : value)),
      })),
    };
    const exposed = exposeModules(joinEncoderDecoder(encoder.build(), renamed), [
      "lm_head",
      "final_logits_bias",
    ]);
    expect(valuesOf(exposed)).toEqual({ "lm_head.weight": weight, final_logits_bias: bias });
  });

  it("takes a weight that is written twice as one", async () => {
    const graph = twice(stored);
    const exposed = exposeModules(graph, ["shared"]);
    expect(valuesOf(exposed)).toEqual({ "shared.weight": weight });
    const { y } = await evaluate(exposed.graph, { x, "shared.weight": weight });
    expect(y).toEqual(tensor("float32", [1, 3], [18, 24, 30]));
  });

  it("refuses different weights of one name", () => {
    const exposing = () => exposeModules(twice(tensor("float32", [2, 3], [0, 0, 0, 0, 0, 0])), ["shared"]);
    expect(exposing).toThrow(GraphError);
    expect(exposing).toThrow('several weights called "shared.weight"');
  });

  it("refuses quantized weights", () => {
    const names = {
      ...torchscript,
      weight: "bert.classifier.weight",
      tensor: tensor("int8", [2, 3], [1, 2, 3, 4, 5, 6]),
    };
    expect(() => exposeModules(linear(names), ["classifier"])).toThrow(/"bert.classifier.weight" is int8/);
  });

  it("lists the modules there are when it knows none of this name", () => {
    const exposing = (module: string) => () => exposeModules(linear(torchscript), [module]);
    expect(exposing("score")).toThrow(ConfigError);
    expect(exposing("score")).toThrow(
      'no module "score" whose weights could be trained; it has bert, bert.classifier.',
    );
    expect(exposing("classifiers")).toThrow("it has bert.classifier and others.");
  });
});

describe("replaceWeights", () => {
  it("gives weights other values, and passes over those that the graph has not", async () => {
    const zeros = tensor("float32", [3, 2], [0, 0, 0, 0, 0, 0]);
    const graph = replaceWeights(linear(dynamo), { "classifier.weight": zeros, "lm_head.weight": zeros });
    expect(graph.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect((await evaluate(graph, { x }))["y"]).toEqual({ ...bias, shape: [1, 3] });
  });
});

/** A model whose weight is of 16 bits casts it before it computes. */
function cast16(graph: Graph, name: Value): Graph {
  if (graph.initializers.get(name)?.dtype !== "float16") return graph;
  const g = new GraphBuilder(graph);
  g.rewire(name, (half) => g.op("Cast", [half], { to: 1 }));
  return g.build();
}

/** `x · a + x · b`, both by nodes of the module `shared`. */
function twice(other: HostTensor): Graph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const input = g.input("x", "float32", ["batch", 2]);
  const products = [stored, other].map((value, i) =>
    g.op("MatMul", [input, g.initializer(value, `onnx::MatMul_${i}`)], {}, { name: `/shared/MatMul_${i}` }),
  ) as [Value, Value];
  g.output(ops.add(...products), "y", "float32", ["batch", 3]);
  return g.build();
}
