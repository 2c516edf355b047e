import { UnsupportedOperatorError, type HostTensor } from "@incipit/core";
import { float, GraphBuilder, type AttributeLike, type Graph, type Value } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { tensor } from "@incipit/tensor";
import { expectClose, randomTensors } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { decompose, gradient, lower, probeFeeds, probeShapes } from "../src/index.js";
import { checkGradient, feedsOf, graphOf, probesOf, wrtOf } from "./check-gradient.js";
import type { GradientCase } from "./gradient-cases/index.js";
import { loweringCases } from "./lowering-cases/index.js";

const microsoft = { domain: "com.microsoft" } as const;

function lowerCase(testCase: GradientCase, graph: Graph): Promise<Graph> {
  const probe = (probed: Graph, values: readonly Value[]) =>
    probeShapes(probed, { evaluate, probes: probesOf(testCase), values });
  return lower(graph, { loss: "loss", wrt: wrtOf(testCase), probe });
}

const operators = (graph: Graph) =>
  graph.nodes.map(({ domain, opType }) => (domain === "" ? opType : `${domain}.${opType}`));

describe.each(Object.entries(loweringCases))("%s", (operator, cases) => {
  it.each(cases.map((testCase) => [testCase.name, testCase] as const))("%s", async (_, testCase) => {
    const fused = graphOf(testCase);
    const lowered = await lowerCase(testCase, fused);
    expect(operators(fused)).toContain(operator);
    expect(operators(lowered)).not.toContain(operator);

    // What it computes is what ONNX Runtime's own kernel computes.
    const feeds = feedsOf(testCase);
    const expected = await evaluate(graphOf(testCase, testCase.truth), feeds);
    const actual = await evaluate(lowered, feeds);
    for (const { name } of lowered.outputs) {
      expectClose(actual[name], expected[name]!, { relative: 1e-4, absolute: 1e-5, relativeTo: "largest" });
    }
    await checkGradient(testCase, lowered, evaluate);
  });
});

describe("com.microsoft.EmbedLayerNormalization", () => {
  const random = randomTensors(1);
  const ids = { dtype: "int32", shape: [2, 3], data: Int32Array.of(4, 0, 3, 1, 1, 2) } as const;
  const segments = { ...ids, data: Int32Array.of(0, 0, 1, 0, 1, 1) };
  const positions = { ...ids, data: Int32Array.of(0, 1, 2, 4, 5, 6) };
  const mask = { ...ids, data: Int32Array.of(1, 1, 1, 1, 0, 0) };

  it.each<[string, Readonly<Record<string, HostTensor>>]>([
    ["of words and positions", { ids }],
    ["with segments and a mask", { ids, segments, mask }],
    ["at given positions", { ids, segments, positions }],
  ])("%s", async (_, feeds) => {
    const g = new GraphBuilder();
    for (const [name, { dtype, shape }] of Object.entries(feeds)) g.input(name, dtype, shape);
    const given = (name: string) => (feeds[name] === undefined ? "" : name);
    const frozen = (...shape: number[]) => g.initializer(random.normal(shape));
    const segmentTable = given("segments") === "" ? "" : frozen(2, 4);
    const inputs = [
      "ids",
      given("segments"),
      frozen(5, 4),
      frozen(7, 4),
      segmentTable,
      frozen(4),
      frozen(4),
      given("mask"),
      given("positions"),
    ];
    const outputs = ["embeddings", "maskIndex", "sum"];
    g.ops("EmbedLayerNormalization", inputs, { epsilon: float(1e-3) }, { ...microsoft, outputs });
    for (const output of outputs) g.output(output);
    const fused = g.build();

    // No gradient passes through it: a prompt goes in behind its word embeddings, so it is taken apart before that.
    const graph = decompose(fused, (node) => node.opType === "EmbedLayerNormalization");
    expect(operators(graph)).toContain("Gather");
    const expected = await evaluate(fused, feeds);
    const actual = await evaluate(graph, feeds);
    for (const output of outputs) expectClose(actual[output], expected[output]!, { absolute: 1e-5 });
  });
});

describe("lower", () => {
  const probe = (graph: Graph, values: readonly Value[]) =>
    probeShapes(graph, { evaluate, probes: probeFeeds(graph), values });

  it("leaves fused operators as they are where no gradient passes through", async () => {
    const g = new GraphBuilder();
    const [x, frozen] = [g.input("x", "float32", ["n", 4]), g.input("frozen", "float32", ["n", 4])];
    const gamma = g.initializer(randomTensors(0).normal([4]));
    const skip = (a: Value) => g.op("SkipLayerNormalization", [a, frozen, gamma], {}, microsoft);
    const [off, on] = [skip(frozen), skip(x)];
    g.output(g.op("ReduceSum", [g.op("Mul", [off, on])], { keepdims: 0 }), "loss");
    const graph = await lower(g.build(), { loss: "loss", wrt: ["x"], probe });
    const fused = graph.nodes.filter((node) => node.opType === "SkipLayerNormalization");
    expect(fused.map((node) => node.outputs[0])).toEqual([off]);
    expect(operators(graph)).toContain("LayerNormalization");
  });

  it("gives the same graph back, unprobed, when there is nothing to take apart", async () => {
    const g = new GraphBuilder();
    g.output(g.op("ReduceSum", [g.input("x", "float32", ["n"])], { keepdims: 0 }), "loss");
    const graph = g.build();
    const never = () => Promise.reject(new Error("probed"));
    expect(await lower(graph, { loss: "loss", wrt: ["x"], probe: never })).toBe(graph);
  });

  it("is what the error names that an operator gives which was not taken apart", () => {
    const g = new GraphBuilder();
    const y = g.op(
      "FusedMatMul",
      [g.input("x", "float32", [1, 1]), "x"],
      {},
      { ...microsoft, name: "fused" },
    );
    g.output(y, "loss");
    const known = (name: string) => ({ name, dtype: "float32", shape: [1, 1] }) as const;
    const shapes = new Map(["x", y, "loss"].map((name) => [name, known(name)]));
    const differentiating = () => gradient(g.build(), { loss: "loss", wrt: ["x"], shapes });
    expect(differentiating).toThrow(UnsupportedOperatorError);
    expect(differentiating).toThrow(/FusedMatMul node "fused".* `lower` /s);
  });

  interface Form {
    readonly opType: string;
    readonly inputs: readonly (HostTensor | "x" | "")[];
    readonly attributes?: Readonly<Record<string, AttributeLike>>;
    readonly domain?: string;
    /** The output that the loss needs. */
    readonly output?: number;
  }
  const count = tensor("int32", [1], [0]);
  const forms: Readonly<Record<string, Form>> = {
    "queries, keys and values packed into one input": {
      opType: "MultiHeadAttention",
      inputs: ["x"],
      attributes: { num_heads: 2 },
    },
    'its input "past_sequence_length"': {
      opType: "MultiHeadAttention",
      inputs: ["x", "x", "x", "", "", "", "", "", count],
      attributes: { num_heads: 2 },
    },
    "a mask of shape [8]": {
      opType: "MultiHeadAttention",
      inputs: ["x", "x", "x", "", tensor("int32", [8], [1, 1, 0, 1, 2, 0, 1, 2])],
      attributes: { num_heads: 2 },
    },
    "its output 3": {
      opType: "MultiHeadAttention",
      inputs: ["x", "x", "x"],
      attributes: { num_heads: 2 },
      output: 3,
    },
    'the attribute "do_rotary"': {
      opType: "Attention",
      inputs: ["x", randomTensors(0).normal([8, 24])],
      attributes: { num_heads: 2, do_rotary: 1 },
    },
    'the attribute "k_quant_type"': {
      opType: "GroupQueryAttention",
      inputs: ["x", "x", "x", "", "", tensor("int32", [2], [0, 0]), count],
      attributes: { num_heads: 1, kv_num_heads: 1, k_quant_type: "PER_TENSOR" },
    },
    'its input "q_norm_weight"': {
      opType: "GroupQueryAttention",
      inputs: [
        ...(["x", "x", "x", "", ""] as const),
        tensor("int32", [2], [0, 0]),
        count,
        ...(["", "", "", "", "", "", ""] as const),
        randomTensors(0).normal([8]),
      ],
      attributes: { num_heads: 1, kv_num_heads: 1 },
    },
    'its input "nonpad_kv_seqlen"': {
      opType: "Attention",
      inputs: ["x", "x", "x", "", "", "", tensor("int64", [2], [1, 1])],
      attributes: { q_num_heads: 2, kv_num_heads: 2 },
      domain: "",
    },
  };

  it.each(Object.entries(forms))("refuses %s, naming the node", async (what, form) => {
    const g = new GraphBuilder();
    g.input("x", "float32", [2, 3, 8]);
    const inputs = form.inputs.map((input) => (typeof input === "string" ? input : g.initializer(input)));
    const options = { domain: form.domain ?? "com.microsoft", name: "here", outputs: (form.output ?? 0) + 1 };
    const results = g.ops(form.opType, inputs, form.attributes, options);
    g.output(g.op("ReduceSum", [results.at(-1) ?? ""], { keepdims: 0 }), "loss");
    const lowering = lower(g.build(), { loss: "loss", wrt: ["x"], probe });
    await expect(lowering).rejects.toThrow(UnsupportedOperatorError);
    await expect(lowering).rejects.toThrow(`node "here": no gradient with ${what}.`);
  });
});
