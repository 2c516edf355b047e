/** @file Uses of an operator that its rule cannot differentiate, and operators that nobody wrote a rule for. */
import { UnsupportedOperatorError } from "@incipit/core";
import { DATA_TYPE, GraphBuilder, type Value } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { gradient, probeFeeds, probeShapes, valuesToProbe } from "../src/index.js";
import { constant } from "./gradient-cases/case.js";

/** Adds a node named "here" that cannot be differentiated in x, `[n, 3]`. */
type Use = (g: GraphBuilder, x: Value) => Value;

const here = { name: "here" };

/** An int64 vector that the graph computes, so that no rule can read it. */
const computed = (g: GraphBuilder, value: number) => g.op("Add", [constant(g, [value]), constant(g, [0])]);

const einsum =
  (equation: string): Use =>
  (g, x) =>
    g.op("Einsum", [x], { equation }, here);

const uses: Readonly<Record<string, readonly [message: string, use: Use]>> = {
  "a reduction over computed axes": [
    "no gradient when the axes are computed",
    (g, x) => g.op("ReduceSum", [x, computed(g, 1)], {}, here),
  ],
  "a slice along computed axes": [
    "no gradient when the axes are computed",
    (g, x) => g.op("Slice", [x, constant(g, [0]), constant(g, [2]), computed(g, 1)], {}, here),
  ],
  "an einsum with an ellipsis": ['the equation "...a->a..."', einsum("...a->a...")],
  "an einsum without an output": ['the equation "ab"', einsum("ab")],
  "an einsum that takes a diagonal": [
    'the equation "aa->a"',
    (g, x) => einsum("aa->a")(g, g.op("MatMul", [x, g.op("Transpose", [x])])),
  ],
  "dropout in training mode": [
    "in training mode",
    (g, x) => {
      const ratio = g.initializer(tensor("float32", [], [0.5]));
      return g.op("Dropout", [x, ratio, g.initializer(tensor("bool", [], [true]))], {}, here);
    },
  ],
  "a border of copies": [
    'the mode "edge"',
    (g, x) => g.op("Pad", [x, constant(g, [1, 0, 0, 0])], { mode: "edge" }, here),
  ],
  "a scatter that takes the larger": [
    'the reduction "max"',
    (g, x) =>
      g.op(
        "ScatterND",
        [x, constant(g, [0]), g.op("ReduceSum", [x, constant(g, [0])], { keepdims: 0 })],
        { reduction: "max" },
        here,
      ),
  ],
  "a scatter that multiplies": [
    'the reduction "mul"',
    (g, x) =>
      g.op("ScatterElements", [x, g.op("Cast", [x], { to: DATA_TYPE.int64 }), x], { reduction: "mul" }, here),
  ],
};

async function differentiate(use: Use) {
  const g = new GraphBuilder();
  const y = use(g, g.input("x", "float32", ["n", 3]));
  g.output(g.op("ReduceSum", [y], { keepdims: 0 }), "loss");
  const graph = g.build();
  const values = valuesToProbe(graph, "loss", ["x"]);
  const shapes = await probeShapes(graph, { evaluate, probes: probeFeeds(graph), values });
  return gradient(graph, { loss: "loss", wrt: ["x"], shapes });
}

describe("differentiating", () => {
  it.each(Object.entries(uses))("%s is refused, naming the node", async (_, [message, use]) => {
    const differentiating = differentiate(use);
    await expect(differentiating).rejects.toThrow(UnsupportedOperatorError);
    await expect(differentiating).rejects.toThrow('node "here": no gradient');
    await expect(differentiating).rejects.toThrow(message);
  });

  it("an operator of another domain is refused, named with it", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const y = g.op("FastGelu", [x], {}, { domain: "com.microsoft", name: "fused" });
    g.output(g.op("ReduceSum", [y], { keepdims: 0 }), "loss");
    const graph = g.build();
    const known = ["x", ...graph.nodes.flatMap((node) => node.outputs)];
    const shapes = new Map(known.map((name) => [name, { name, dtype: "float32", shape: [] } as const]));
    const differentiating = () => gradient(graph, { loss: "loss", wrt: ["x"], shapes });
    expect(differentiating).toThrow(UnsupportedOperatorError);
    expect(differentiating).toThrow(
      /com\.microsoft\.FastGelu node "fused" \(opset \d+\) has no gradient rule/,
    );
  });
});
