import { describe, expect, it } from "vitest";
import { GraphBuilder, int64, type Value } from "@incipit/onnx";
import { evaluateFloat64, expectClose, randomTensors } from "@incipit/testing";
import { shaped, SIZES } from "../../test/shaped.js";
import { unflatten } from "./unflatten.js";

const { batch, seq } = SIZES;
const random = randomTensors(2);

/** `x` `[batch, seq, 4]` as rows one behind the other, what `build` makes of them, and the axes given back. */
async function flattened(build: (g: GraphBuilder, rows: Value) => Value, width = 4) {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["batch", "seq", 4]);
  const rows = g.op("Reshape", [x, g.initializer(int64([-1, 4]))]);
  const sizes = g.op("Shape", [x], { start: 0, end: 2 });
  const shape = g.op("Concat", [sizes, g.initializer(int64([width]))], { axis: 0 });
  g.output(g.op("Reshape", [build(g, rows), shape]), "y");
  const feeds = { x: random.normal([batch, seq, 4]) };
  const before = await shaped(g.build(), feeds);
  const after = unflatten(before);
  const [expected, actual] = [before, after].map(({ graph }) => evaluateFloat64(graph, feeds)["y"]!);
  expectClose(actual, expected!, { relative: 1e-12 });
  return after.graph.nodes.map(({ opType }) => opType);
}

describe("unflatten", () => {
  const weights = (g: GraphBuilder) => [
    g.initializer(random.normal([4, 6])),
    g.initializer(random.normal([6])),
  ];

  it("makes a product of a linear layer that keeps the axes", async () => {
    const nodes = await flattened((g, rows) => g.op("Gemm", [rows, ...weights(g)]), 6);
    expect(nodes).toEqual(["MatMul", "Add", "Identity"]);
  });

  it("takes one without a bias, too", async () => {
    const nodes = await flattened((g, rows) => g.op("Gemm", [rows, ...weights(g).slice(0, 1)]), 6);
    expect(nodes).toEqual(["MatMul", "Identity"]);
  });

  it("takes a softmax over the width", async () => {
    expect(await flattened((g, rows) => g.op("Softmax", [rows], { axis: 1 }))).toEqual([
      "Softmax",
      "Identity",
    ]);
  });

  it.each([
    ["a softmax over the rows", (g: GraphBuilder, rows: Value) => g.op("Softmax", [rows], { axis: 0 })],
    [
      "a product of the transposed matrix",
      (g: GraphBuilder, rows: Value) =>
        g.op("Gemm", [rows, g.initializer(random.normal([4, 4]))], { transB: 1 }),
    ],
    ["what is no product", (g: GraphBuilder, rows: Value) => g.op("Tanh", [rows])],
  ])("leaves %s as it is", async (_, build) => {
    const nodes = await flattened(build);
    expect(nodes.filter((opType) => opType === "Reshape")).toHaveLength(2);
  });

  it("does nothing where the flat rows are read as well", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", ["batch", "seq", 4]);
    const rows = g.op("Reshape", [x, g.initializer(int64([-1, 4]))]);
    const product = g.op("Gemm", [rows, ...weights(g)]);
    g.output(product, "rows");
    g.output(g.op("Reshape", [product, g.initializer(int64([batch, seq, 6]))]), "y");
    const before = await shaped(g.build(), { x: random.normal([batch, seq, 4]) });
    expect(unflatten(before).graph.nodes).toEqual(before.graph.nodes);
  });
});
