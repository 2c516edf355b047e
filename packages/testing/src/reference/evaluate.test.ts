import { GraphError, type HostTensor, UnsupportedOperatorError } from "@incipit/core";
import { type Attribute, GraphBuilder, int64 } from "@incipit/onnx";
import { describe, expect, it } from "vitest";
import { evaluateFloat64, evaluateReference } from "./evaluate.js";

const float32 = (...values: number[]): HostTensor<"float32"> => ({
  dtype: "float32",
  shape: [values.length],
  data: Float32Array.from(values),
});

/** The graph of one node on one float32 input `x`, with output `y`. */
function graphOf(opType: string, attributes: Record<string, Attribute> = {}, inputs = ["x"]) {
  const g = new GraphBuilder();
  g.input("x", "float32");
  g.output(g.op(opType, inputs, attributes, { name: "theNode" }), "y");
  return g.build();
}

describe("evaluateReference", () => {
  it("rounds outputs to their dtype, evaluateFloat64 does not", async () => {
    const graph = graphOf("Exp");
    const feeds = { x: float32(1) };
    const rounded = await evaluateReference(graph, feeds);
    expect(rounded["y"]).toEqual(float32(Math.E));
    expect(evaluateFloat64(graph, feeds)["y"]).toEqual({
      dtype: "float64",
      shape: [1],
      data: Float64Array.of(Math.E),
    });
  });

  it("rounds nothing between nodes", async () => {
    const g = new GraphBuilder();
    const tiny = g.initializer(float32(2 ** -40));
    const x = g.input("x", "float32");
    g.output(g.op("Sub", [g.op("Add", [x, tiny]), x]), "y");
    expect((await evaluateReference(g.build(), { x: float32(1) }))["y"]).toEqual(float32(2 ** -40));
  });

  it("takes an input's initializer for its default", async () => {
    const graph = { ...graphOf("Neg"), initializers: new Map([["x", float32(3)]]) };
    expect((await evaluateReference(graph, {}))["y"]).toEqual(float32(-3));
    expect((await evaluateReference(graph, { x: float32(4) }))["y"]).toEqual(float32(-4));
  });

  it("gives several outputs and leaves out those without a name", async () => {
    const g = new GraphBuilder();
    g.input("x", "float32");
    g.ops("TopK", ["x", g.initializer(int64([1]))], {}, { outputs: ["", "where"] });
    g.output("where");
    expect(await evaluateReference(g.build(), { x: float32(1, 5, 2) })).toEqual({ where: int64([1]) });
  });

  it("keeps the ends of int64 through a float64", async () => {
    const g = new GraphBuilder();
    const ends = {
      dtype: "int64",
      shape: [2],
      data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
    } as const;
    g.output(g.op("Identity", [g.initializer(ends)]), "y");
    expect((await evaluateReference(g.build(), {}))["y"]).toEqual(ends);
  });

  it.each(["float16", "bfloat16"] as const)("decodes and encodes %s", async (dtype) => {
    const g = new GraphBuilder();
    // 1 and -2.5 in either format: sign, exponent and the upper bits of the fraction.
    const data = Uint16Array.from(dtype === "float16" ? [0x3c00, 0xc100] : [0x3f80, 0xc020]);
    const weights = g.initializer({ dtype, shape: [2], data });
    g.output(g.op("Neg", [weights]), "y");
    const outputs = await evaluateReference(g.build(), {});
    expect(outputs["y"]).toEqual({ dtype, shape: [2], data: data.map((bits) => bits ^ 0x8000) });
    expect(Array.from(evaluateFloat64(g.build(), {})["y"]!.data, Number)).toEqual([-1, 2.5]);
  });

  it("names the node of an operator that it does not know", async () => {
    const run = evaluateReference(graphOf("Bogus"), { x: float32(1) });
    await expect(run).rejects.toThrow(UnsupportedOperatorError);
    await expect(run).rejects.toThrow('Bogus node "theNode": the reference evaluator has no kernel');
  });

  it("names the node of a case that its kernel leaves out", async () => {
    const graph = graphOf("AveragePool", { ceil_mode: { type: "int", value: 1 } });
    await expect(evaluateReference(graph, { x: float32(1) })).rejects.toThrow(
      'AveragePool node "theNode": the reference evaluator does not do windows that do not fit',
    );
  });

  it("names the node whose inputs do not fit", async () => {
    const g = new GraphBuilder();
    const [a, b] = [g.input("a", "float32"), g.input("b", "float32")];
    g.output(g.op("Add", [a, b], {}, { name: "sum" }), "y");
    const run = evaluateReference(g.build(), { a: float32(1, 2), b: float32(1, 2, 3) });
    await expect(run).rejects.toThrow('Add node "sum": shapes [2] and [3] do not broadcast');
    await expect(run).rejects.toThrow(GraphError);
  });

  it("names the input that is not fed, and the value that nothing makes", async () => {
    await expect(evaluateReference(graphOf("Exp"), { z: float32(1) })).rejects.toThrow(
      'input "x" is not fed; the feeds are z',
    );
    await expect(evaluateReference(graphOf("Add", {}, ["x", "w"]), { x: float32(1) })).rejects.toThrow(
      'Add node "theNode": value "w" is read before it is computed',
    );
  });
});
