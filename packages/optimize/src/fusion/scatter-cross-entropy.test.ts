import { describe, expect, it } from "vitest";
import { GraphBuilder, onnxOps } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";
import { evaluateFloat64, expectClose, randomTensors } from "@incipit/testing";
import { shaped } from "../../test/shaped.js";
import { scatterCrossEntropy } from "./scatter-cross-entropy.js";

const random = randomTensors(2);

/** `S - e^y·ΣS` with S zeros but for `u` at the labels, as differentiating cross-entropy over `y` gives it. */
function gradientOf(labelsPerRow: number) {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const y = g.input("y", "float32", ["rows", 9]);
  const zeros = g.op("Expand", [ops.scalar(0), g.op("Shape", [y])]);
  const labels = g.input("labels", "int64", ["rows", labelsPerRow]);
  const updates = g.input("u", "float32", ["rows", labelsPerRow]);
  const scattered = g.op("ScatterElements", [zeros, labels, updates], { axis: 1, reduction: "add" });
  const sum = ops.sum(scattered, [1], true);
  g.output(ops.sub(scattered, ops.mul(ops.exp(y), sum)), "gradient");
  const feeds = {
    y: random.normal([4, 9]),
    labels: tensor(
      "int64",
      [4, labelsPerRow],
      Array.from({ length: 4 * labelsPerRow }, (_, i) => (i * 5) % 9),
    ),
    u: random.normal([4, labelsPerRow]),
  };
  return { graph: g.build(), feeds };
}

describe("scatterCrossEntropy", () => {
  it("adds to the labels' entries instead of making a one-hot matrix", async () => {
    const { graph, feeds } = gradientOf(1);
    const after = scatterCrossEntropy(await shaped(graph, feeds)).graph;
    expect(after.nodes.map(({ opType }) => opType)).toEqual([
      "Exp",
      "Neg",
      "Mul",
      "ScatterElements",
      "Identity",
    ]);
    const { gradient } = evaluateFloat64(graph, feeds);
    if (gradient) expectClose(evaluateFloat64(after, feeds)["gradient"], gradient, { relative: 1e-12 });
  });

  it("leaves rows with several entries", async () => {
    const { graph, feeds } = gradientOf(2);
    expect(scatterCrossEntropy(await shaped(graph, feeds)).graph).toEqual(graph);
  });
});
