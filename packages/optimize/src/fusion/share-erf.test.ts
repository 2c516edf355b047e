import { describe, expect, it } from "vitest";
import { GraphBuilder, onnxOps, type Value } from "@incipit/onnx";
import { evaluateFloat64, expectClose, randomTensors } from "@incipit/testing";
import { shareErf } from "./share-erf.js";

const gelu = (g: GraphBuilder, x: Value) => g.op("Gelu", [x], {}, { domain: "com.microsoft" });

/** 1 + erf(x·scale) */
function onePlusErf(g: GraphBuilder, x: Value, scale: number): Value {
  const ops = onnxOps(g);
  return ops.add(ops.erf(ops.mul(x, ops.scalar(scale))), ops.scalar(1));
}

function graphOf(scale: number) {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["n"]);
  g.output(gelu(g, x), "y");
  g.output(onePlusErf(g, x, scale), "cdf");
  return g.build();
}

describe("shareErf", () => {
  it("computes Gelu from the erf that the gradient needs", () => {
    const before = graphOf(Math.SQRT1_2);
    const after = shareErf({ graph: before, shapes: new Map() }).graph;
    expect(after.nodes.map(({ opType }) => opType).filter((opType) => opType !== "Identity")).toEqual([
      ...["Mul", "Erf", "Add", "Mul", "Mul"],
    ]);
    const feeds = { x: randomTensors(4).normal([50], 2) };
    const { y } = evaluateFloat64(before, feeds);
    if (y) expectClose(evaluateFloat64(after, feeds)["y"], y, { relative: 1e-6, absolute: 1e-7 });
  });

  it("leaves Gelu where erf is of something else", () => {
    const graph = graphOf(0.5);
    expect(shareErf({ graph, shapes: new Map() }).graph).toEqual(graph);
  });
});
