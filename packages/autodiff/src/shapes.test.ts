import { GraphError } from "@incipit/core";
import { GraphBuilder, type Dimension } from "@incipit/onnx";
import { describe, expect, it } from "vitest";
import { probeFeeds, probeShapes, shapeIn } from "./shapes.js";

function graphWith(inputs: Readonly<Record<string, readonly Dimension[]>>) {
  const g = new GraphBuilder();
  for (const [name, shape] of Object.entries(inputs)) g.input(name, "float32", shape);
  return g.build();
}

describe("probeFeeds", () => {
  it("gives a symbol one size wherever it stands, another one in each probe", () => {
    const graph = graphWith({ a: ["batch", "seq"], b: ["seq", 4, "batch"], c: [] });
    const shapes = probeFeeds(graph).map(({ a, b, c }) => [a?.shape, b?.shape, c?.shape]);
    expect(shapes).toEqual([
      [[2, 3], [3, 4, 2], []],
      [[3, 5], [5, 4, 3], []],
      [[2, 17], [17, 4, 2], []],
    ]);
  });

  it("fills each input with what it is told to, or with ones", () => {
    const graph = graphWith({ a: [2], b: [1] });
    const [ones] = probeFeeds(graph);
    expect(ones?.["a"]?.data).toEqual(Float32Array.of(1, 1));
    const [told] = probeFeeds(graph, ({ name }) => (name === "a" ? 0 : 7));
    expect(told?.["a"]?.data).toEqual(Float32Array.of(0, 0));
    expect(told?.["b"]?.data).toEqual(Float32Array.of(7));
  });

  it("gives a symbol multiples of what it is told to", () => {
    const graph = graphWith({ a: ["batch", "seq"] });
    const shapes = probeFeeds(graph, undefined, { batch: 2 }).map(({ a }) => a?.shape);
    expect(shapes).toEqual([
      [4, 3],
      [6, 5],
      [4, 17],
    ]);
  });

  it.each(["float32", "float64", "int64", "int32", "bool"] as const)("makes %s inputs", (dtype) => {
    const g = new GraphBuilder();
    g.input("x", dtype, [2]);
    for (const { x } of probeFeeds(g.build())) {
      expect(x).toMatchObject({ dtype, shape: [2] });
      expect(Array.from(x!.data, Number)).toEqual([1, 1]);
    }
  });

  it("names an input whose rank is unknown, or of a dtype that it does not make", () => {
    const g = new GraphBuilder();
    g.input("x", "float32");
    expect(() => probeFeeds(g.build())).toThrow(GraphError);
    expect(() => probeFeeds(g.build())).toThrow('Graph input "x" has no shape');
    const half = new GraphBuilder();
    half.input("y", "float16", [2]);
    expect(() => probeFeeds(half.build())).toThrow('Graph input "y" is float16');
  });
});

describe("probeShapes", () => {
  const nothing = () => Promise.resolve({});

  it("names an input that a probe does not feed", async () => {
    const graph = graphWith({ a: [2], b: [3] });
    const [whole = {}] = probeFeeds(graph);
    const { a } = whole;
    const probing = probeShapes(graph, { evaluate: nothing, probes: [whole, { a: a! }], values: ["a", "b"] });
    await expect(probing).rejects.toThrow(GraphError);
    await expect(probing).rejects.toThrow('no value for "b"');
  });

  it("does not run the graph for inputs and weights", async () => {
    const graph = graphWith({ a: ["n", 2] });
    const evaluate = () => Promise.reject(new Error("ran"));
    const shapes = await probeShapes(graph, { evaluate, probes: probeFeeds(graph), values: ["a"] });
    expect(shapes.get("a")).toEqual({ name: "a", dtype: "float32", shape: ["size(2,3,2)", 2] });
  });
});

it("names a value whose shape was not probed", () => {
  expect(() => shapeIn(new Map(), "hidden")).toThrow(GraphError);
  expect(() => shapeIn(new Map(), "hidden")).toThrow('The shape of "hidden" is not known');
});
