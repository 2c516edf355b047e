import { GraphError, UnsupportedOperatorError, type HostTensor } from "@incipit/core";
import { DATA_TYPE, GraphBuilder, onnxOps, type Graph } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { tensor, toBfloat16Bits, toFloat16Bits } from "@incipit/tensor";
import { evaluateFloat64, expectClose, finiteDifferences, randomTensors } from "@incipit/testing";
import { describe, expect, it } from "vitest";
import { gradient, gradientName, probeFeeds, probeShapes, valuesToProbe } from "../src/index.js";

async function differentiate(graph: Graph, wrt: readonly string[], loss = "loss"): Promise<Graph> {
  const values = valuesToProbe(graph, loss, wrt);
  const shapes = await probeShapes(graph, { evaluate, probes: probeFeeds(graph), values });
  return gradient(graph, { loss, wrt, shapes });
}

/** loss = Σ (x·w + b)², x `[batch, 3]`, w `[3, 2]` a frozen weight, b `[2]`. */
function regression(): Graph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const x = g.input("x", "float32", ["batch", 3]);
  const b = g.input("b", "float32", [2]);
  const w = g.initializer(randomTensors(1).normal([3, 2]), "w");
  const y = ops.add(ops.matmul(x, w), b);
  g.output(ops.sum(ops.mul(y, y), [0, 1]), "loss");
  return g.build();
}

describe("gradient", () => {
  it("adds one output per value it differentiates with respect to, at any batch size", async () => {
    const graph = regression();
    const differentiated = await differentiate(graph, ["x", "b"]);
    expect(differentiated.outputs.map((output) => output.name)).toEqual(["loss", "gradient:x", "gradient:b"]);
    for (const batch of [1, 4]) {
      const random = randomTensors(batch);
      const feeds = { x: random.normal([batch, 3]), b: random.normal([2]) };
      const truth = finiteDifferences(graph, { loss: "loss", wrt: ["x", "b"], feeds });
      const results = await evaluate(differentiated, feeds);
      expectClose(results[gradientName("x")], truth["x"]!, { relativeTo: "largest" });
      expectClose(results[gradientName("b")], truth["b"]!, { relativeTo: "largest" });
    }
  });

  it("differentiates with respect to an initializer and to an intermediate value", async () => {
    const graph = regression();
    const weight = "w";
    const differentiated = await differentiate(graph, [weight, "Add:0"]);
    const feeds = { x: randomTensors(2).normal([2, 3]), b: randomTensors(3).normal([2]) };
    const w = graph.initializers.get(weight)!;
    const asInput: Graph = { ...graph, inputs: [...graph.inputs, { name: weight, ...w }] };
    const truth = finiteDifferences(asInput, {
      loss: "loss",
      wrt: [weight],
      feeds: { ...feeds, [weight]: w },
    });
    const results = evaluateFloat64(differentiated, feeds);
    expectClose(results[gradientName(weight)], truth[weight]!, { relativeTo: "largest" });
    const y = evaluateFloat64({ ...graph, outputs: [{ name: "Add:0", dtype: "float32" }] }, feeds)["Add:0"]!;
    const twice = Float64Array.from(
      Array.from<number | bigint, number>(y.data, (value: number | bigint) => 2 * Number(value)),
    );
    expectClose(results[gradientName("Add:0")], { dtype: "float64", shape: y.shape, data: twice });
  });

  it("builds nothing for a frozen weight", async () => {
    const graph = regression();
    const added = (await differentiate(graph, ["b"])).nodes.length - graph.nodes.length;
    // y² gives y twice, then the sum over the batch: no product with the weight, nor with x.
    const opTypes = (await differentiate(graph, ["b"])).nodes.slice(-added).map((node) => node.opType);
    expect(opTypes).not.toContain("MatMul");
    expect(opTypes).not.toContain("Transpose");
  });

  it("adds up the cotangents of a value that is used several times", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = g.input("x", "float32", ["n"]);
    g.output(ops.sum(ops.add(ops.mul(x, x), ops.exp(x)), [0]), "loss");
    const results = await evaluate(await differentiate(g.build(), ["x"]), {
      x: { dtype: "float32", shape: [2], data: Float32Array.of(0, 1) },
    });
    expectClose(results[gradientName("x")], {
      dtype: "float32",
      shape: [2],
      data: Float32Array.of(1, 2 + Math.E),
    });
  });

  it("lets integer and boolean values carry no gradient", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = g.input("x", "float32", ["n", 3]);
    const best = ops.oneHot(ops.argMax(x, -1), 3);
    const positive = ops.cast(ops.greater(x, ops.scalar(0)), "float32");
    g.output(ops.sum(ops.mul(ops.mul(x, best), positive), [0, 1]), "loss");
    const results = await evaluate(await differentiate(g.build(), ["x"]), {
      x: { dtype: "float32", shape: [2, 3], data: Float32Array.of(1, 3, 2, -1, -2, -3) },
    });
    expectClose(results[gradientName("x")], {
      dtype: "float32",
      shape: [2, 3],
      data: Float32Array.of(0, 1, 0, 0, 0, 0),
    });
  });

  it("names an operator without a rule, its node, and its place on the path", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", ["n"]);
    const before = g.op("Exp", [x], {}, { name: "before" });
    const odd = g.op(
      "Det",
      [
        g.op("Reshape", [
          before,
          g.initializer({ dtype: "int64", shape: [2], data: BigInt64Array.of(1n, -1n) }),
        ]),
      ],
      {},
      { name: "odd" },
    );
    g.output(g.op("ReduceSum", [odd], { keepdims: 0 }, { name: "after" }), "loss");
    const graph = g.build();
    const shapes = new Map(
      ["x", before, odd, ...graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs])].map((name) => [
        name,
        { name, dtype: "float32" as const, shape: [] },
      ]),
    );
    const differentiating = () => gradient(graph, { loss: "loss", wrt: ["x"], shapes });
    expect(differentiating).toThrow(UnsupportedOperatorError);
    expect(differentiating).toThrow(
      /Det node "odd" \(opset 18\) has no gradient rule.*→ Det node "odd" → ReduceSum node "after"/s,
    );
  });

  it("does not mind an operator without a rule that no gradient passes through", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = g.input("x", "float32", ["n", 3]);
    const frozen = g.op("Hardmax", [g.input("y", "float32", ["n", 3])]);
    g.output(ops.sum(ops.mul(x, frozen), [0, 1]), "loss");
    const differentiated = await differentiate(g.build(), ["x"]);
    const ones: HostTensor = { dtype: "float32", shape: [1, 3], data: Float32Array.of(1, 2, 3) };
    const results = await evaluate(differentiated, { x: ones, y: ones });
    expectClose(results[gradientName("x")], {
      dtype: "float32",
      shape: [1, 3],
      data: Float32Array.of(0, 0, 1),
    });
  });

  it("differentiates a model in 16-bit floats behind a parameter in 32", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const half = (shape: readonly number[], seed: number) => {
      const { data } = randomTensors(seed).normal(shape);
      return g.initializer({ dtype: "float16", shape, data: Uint16Array.from(data, toFloat16Bits) });
    };
    const to = (x: string, dtype: "float16" | "float32") => g.op("Cast", [x], { to: DATA_TYPE[dtype] });
    const x = to(g.input("x", "float32", ["n", 4]), "float16");
    const normalized = g.op("LayerNormalization", [x, half([4], 1), half([4], 2)]);
    const scores = ops.matmul(g.op("Tanh", [normalized]), half([4, 3], 3));
    const loss = ops.mean(ops.mul(ops.softmax(scores, -1), half([3], 4)), [0, 1]);
    g.output(loss, "loss");
    const graph = g.build();
    const feeds = { x: randomTensors(5).normal([2, 4]) };
    const truth = finiteDifferences(graph, { loss: "loss", wrt: ["x"], feeds });
    const differentiated = await differentiate(graph, ["x"]);
    const exact = evaluateFloat64(differentiated, feeds)[gradientName("x")];
    expectClose(exact, truth["x"]!, { relative: 1e-6, relativeTo: "largest" });
    const inHalves = (await evaluate(differentiated, feeds))[gradientName("x")];
    expectClose(inHalves, truth["x"]!, { relative: 2e-2, relativeTo: "largest" });
  });

  const ids = (g: GraphBuilder) => g.initializer(tensor("int64", [2, 3], [1, 0, 3, 2, 2, 1]));
  const bytes = (g: GraphBuilder, shape: readonly number[]) => {
    const { data } = randomTensors(3).integers(shape, 0, 256);
    return g.initializer(tensor("uint8", shape, Array.from(data, Number)));
  };
  const floats = (g: GraphBuilder, shape: readonly number[], value?: number) => {
    const random = randomTensors(4).uniform(shape, 0.01, 0.02);
    return g.initializer(value === undefined ? random : { ...random, data: random.data.fill(value) });
  };
  const tables: Readonly<Record<string, (g: GraphBuilder) => string>> = {
    "8 bits": (g) => {
      const rows = g.op("Gather", [bytes(g, [4, 32]), ids(g)]);
      return g.op("DequantizeLinear", [rows, floats(g, [], 0.02), g.initializer(tensor("uint8", [], [128]))]);
    },
    "4 bits": (g) =>
      g.op(
        "GatherBlockQuantized",
        [bytes(g, [4, 16]), ids(g), floats(g, [4, 2])],
        { bits: 4, block_size: 16, quantize_axis: 1 },
        { domain: "com.microsoft" },
      ),
    bfloat16: (g) => {
      const { data } = randomTensors(5).normal([4, 32]);
      const table = {
        dtype: "bfloat16",
        shape: [4, 32],
        data: Uint16Array.from(data, toBfloat16Bits),
      } as const;
      return g.op("Gather", [g.op("Cast", [g.initializer(table)], { to: DATA_TYPE.float32 }), ids(g)]);
    },
  };

  it.each(Object.entries(tables))("passes behind a table of embeddings in %s", async (_, table) => {
    const behind = (embedded: (g: GraphBuilder) => string) => {
      const g = new GraphBuilder();
      const ops = onnxOps(g);
      const rows = embedded(g);
      g.output(rows, "embedded");
      const prompt = g.input("prompt", "float32", [1, 2, 32]);
      const both = ops.concat([ops.expand(prompt, [2, 2, 32]), rows], 1);
      const scores = ops.matmul(both, ops.transpose(both, [0, 2, 1]));
      g.output(ops.mean(ops.matmul(ops.softmax(scores, -1), both), [0, 1, 2]), "loss");
      return g.build();
    };
    const graph = behind(table);
    const feeds = { prompt: randomTensors(6).normal([1, 2, 32], 0.3) };
    const { embedded } = await evaluate(graph, feeds);
    const plain = behind((g) => g.initializer(embedded!));
    const truth = finiteDifferences(plain, { loss: "loss", wrt: ["prompt"], feeds });
    const results = await evaluate(await differentiate(graph, ["prompt"]), feeds);
    expectClose(results[gradientName("prompt")], truth["prompt"]!, { relativeTo: "largest", absolute: 1e-7 });
  });

  it("differentiates products with weights that are decoded from 4 bits, in blocks", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = g.input("x", "float32", ["n", 6]);
    const { data } = randomTensors(8).integers([6, 3], -8, 8);
    const packed = g.initializer(tensor("int4", [6, 3], Array.from(data, Number)));
    const scales = g.initializer(randomTensors(9).uniform([3, 3], 0.05, 0.2));
    const zeros = g.initializer(tensor("int4", [3, 3], [0, 1, -2, 3, 0, -1, 2, -3, 0]));
    const weights = g.op("DequantizeLinear", [packed, scales, zeros], { axis: 0, block_size: 2 });
    g.output(ops.mean(ops.tanh(ops.matmul(x, weights)), [0, 1]), "loss");
    const graph = { ...g.build(), opsets: { "": 21 } };
    const feeds = { x: randomTensors(7).normal([2, 6]) };
    const truth = finiteDifferences(graph, { loss: "loss", wrt: ["x"], feeds });
    const results = await evaluate(await differentiate(graph, ["x"]), feeds);
    expectClose(results[gradientName("x")], truth["x"]!, { relative: 1e-4, relativeTo: "largest" });
  });

  it("differentiates products with 4-bit weights and 16-bit scales", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = g.op("Cast", [g.input("x", "float32", ["n", 32])], { to: DATA_TYPE.float16 });
    const scales = {
      dtype: "float16",
      shape: [3, 2],
      data: new Uint16Array(6).fill(toFloat16Bits(0.125)),
    } as const;
    const inputs = [x, bytes(g, [3, 2, 8]), g.initializer(scales)];
    const attributes = { K: 32, N: 3, bits: 4, block_size: 16 };
    const y = g.op("MatMulNBits", inputs, attributes, { domain: "com.microsoft" });
    g.output(ops.mean(ops.tanh(ops.cast(y, "float32")), [0, 1]), "loss");
    const graph = g.build();
    const feeds = { x: randomTensors(7).normal([2, 32], 0.1) };
    const truth = finiteDifferences(graph, { loss: "loss", wrt: ["x"], feeds });
    const results = await evaluate(await differentiate(graph, ["x"]), feeds);
    expectClose(results[gradientName("x")], truth["x"]!, { relative: 5e-3, relativeTo: "largest" });
  });

  it("refuses a loss that is no scalar", async () => {
    const g = new GraphBuilder();
    g.output(g.op("Exp", [g.input("x", "float32", ["n"])]), "loss");
    await expect(differentiate(g.build(), ["x"])).rejects.toThrow(/only a scalar can be differentiated/);
  });

  it("says when the loss does not depend on a parameter", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    g.input("unused", "float32", [2]);
    g.output(ops.sum(g.input("x", "float32", ["n"]), [0]), "loss");
    const differentiating = differentiate(g.build(), ["unused"]);
    await expect(differentiating).rejects.toThrow(GraphError);
    await expect(differentiating).rejects.toThrow(/does not depend on "unused"/);
  });
});

describe("probeShapes", () => {
  it("tells constant dimensions from varying ones, and which vary together", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const ids = g.input("ids", "int64", ["batch", "seq"]);
    const rows = ops.gather(g.initializer(randomTensors(0).normal([7, 4]), "table"), ids, 0);
    const scores = ops.matmul(rows, ops.transpose(rows, [0, 2, 1]));
    const flat = ops.reshape(rows, [-1, 4]);
    const graph = g.build();
    const shapes = await probeShapes(graph, {
      evaluate,
      probes: probeFeeds(graph),
      values: [rows, scores, flat, "table"],
    });
    expect(shapes.get(rows)?.shape).toEqual(["size(2,3,2)", "size(3,5,17)", 4]);
    expect(shapes.get(scores)?.shape).toEqual(["size(2,3,2)", "size(3,5,17)", "size(3,5,17)"]);
    expect(shapes.get(flat)?.shape).toEqual(["size(6,15,34)", 4]);
    expect(shapes.get("table")?.shape).toEqual([7, 4]);
  });

  it("refuses a graph whose ranks vary with the sizes", async () => {
    const feeds = (shape: number[]) => ({ x: randomTensors(0).normal(shape) });
    const g = new GraphBuilder();
    const y = g.op("Exp", [g.input("x", "float32")]);
    const probing = probeShapes(g.build(), { evaluate, probes: [feeds([2]), feeds([2, 3])], values: [y] });
    await expect(probing).rejects.toThrow(/rank of "Exp:0" depends on/);
  });
});
