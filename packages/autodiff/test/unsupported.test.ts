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

/** A row of three bytes. */
const constant8 = (g: GraphBuilder) => g.initializer(tensor("uint8", [1, 3], [1, 2, 3]));

/** An int64 vector that the graph computes, so that no rule can read it. */
const computed = (g: GraphBuilder, value: number) => g.op("Add", [constant(g, [value]), constant(g, [0])]);

const uses: Readonly<Record<string, readonly [message: string, use: Use]>> = {
  "a reduction over computed axes": [
    "no gradient when the axes are computed",
    (g, x) => g.op("ReduceSum", [x, computed(g, 1)], {}, here),
  ],
  "a slice along computed axes": [
    "no gradient when the axes are computed",
    (g, x) => g.op("Slice", [x, constant(g, [0]), constant(g, [2]), computed(g, 1)], {}, here),
  ],
  "an einsum that takes a diagonal": [
    'the equation "aa->a"',
    (g, x) => g.op("Einsum", [g.op("MatMul", [x, g.op("Transpose", [x])])], { equation: "aa->a" }, here),
  ],
  "dropout in training mode": [
    "in training mode",
    (g, x) => {
      const ratio = g.initializer(tensor("float32", [], [0.5]));
      return g.op("Dropout", [x, ratio, g.initializer(tensor("bool", [], [true]))], {}, here);
    },
  ],
  "batch normalization in training mode": [
    "in training mode",
    (g, x) => {
      const [one, zero] = [1, 0].map((value) => g.initializer(tensor("float32", [3], [value, value, value])));
      const statistics = [one, zero, zero, one] as string[];
      const options = { ...here, outputs: 3 };
      return g.ops("BatchNormalization", [x, ...statistics], { training_mode: 1 }, options)[0] ?? "";
    },
  ],
  "interpolation between pixels": [
    'the mode "linear"',
    (g, x) =>
      g.op("Resize", [x, "", g.initializer(tensor("float32", [2], [1, 2]))], { mode: "linear" }, here),
  ],
  "windows that do not fit": [
    "with ceil_mode",
    (g, x) => {
      const line = g.op("Unsqueeze", [x, constant(g, [1])]);
      return g.op("AveragePool", [line], { kernel_shape: [2], strides: [2], ceil_mode: 1 }, here);
    },
  ],
  "automatic padding of what varies in size": [
    'auto_pad "SAME_UPPER" with strides',
    (g, x) => {
      const line = g.op("Unsqueeze", [g.op("Transpose", [x]), constant(g, [0])]);
      const weights = g.initializer(tensor("float32", [1, 3, 2], [1, 2, 3, 4, 5, 6]));
      return g.op("Conv", [line, weights], { auto_pad: "SAME_UPPER", strides: [2] }, here);
    },
  ],
  "the end at which numbers are cut off": [
    "no gradient in its input 1",
    (g, x) => g.op("Clip", [x, g.op("ReduceMin", [x], { keepdims: 0 })], {}, here),
  ],
  "the saved mean of a normalization": [
    "no gradient through its output 1",
    (g, x) => {
      const scale = g.initializer(tensor("float32", [3], [1, 1, 1]));
      return g.ops("LayerNormalization", [x, scale], {}, { ...here, outputs: 3 })[1] ?? "";
    },
  ],
  "weights in an order of their own": [
    'with "g_idx"',
    (g, x) => {
      const packed = g.initializer(tensor("uint8", [1, 1, 8], [1, 2, 3, 4, 5, 6, 7, 8]));
      const order = g.initializer(tensor("int32", [3], [0, 0, 0]));
      const inputs = [x, packed, g.initializer(tensor("float32", [1], [1])), "", order];
      const attributes = { K: 3, N: 1, bits: 4, block_size: 16 };
      return g.op("MatMulNBits", inputs, attributes, { ...here, domain: "com.microsoft" });
    },
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

  it("integers that stand for numbers is refused where it is not known what becomes of them", async () => {
    const scale = (g: GraphBuilder) => g.initializer(tensor("float32", [], [0.1]));
    const differentiating = differentiate((g, x) => {
      const doubled = g.op("Concat", [g.op("QuantizeLinear", [x, scale(g)]), constant8(g)], { axis: 0 });
      return g.op("DequantizeLinear", [doubled, scale(g)], {}, { name: "back" });
    });
    await expect(differentiating).rejects.toThrow(UnsupportedOperatorError);
    await expect(differentiating).rejects.toThrow(
      'DequantizeLinear node "back" (opset 18) has no gradient rule',
    );
  });

  it("an operator of another domain is refused, named with it", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const y = g.op("Inverse", [x], {}, { domain: "com.microsoft", name: "fused" });
    g.output(g.op("ReduceSum", [y], { keepdims: 0 }), "loss");
    const graph = g.build();
    const known = ["x", ...graph.nodes.flatMap((node) => node.outputs)];
    const shapes = new Map(known.map((name) => [name, { name, dtype: "float32", shape: [] } as const]));
    const differentiating = () => gradient(graph, { loss: "loss", wrt: ["x"], shapes });
    expect(differentiating).toThrow(UnsupportedOperatorError);
    expect(differentiating).toThrow(
      /com\.microsoft\.Inverse node "fused" \(opset \d+\) has no gradient rule/,
    );
  });
});
