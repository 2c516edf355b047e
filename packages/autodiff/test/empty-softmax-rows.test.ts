import { GraphBuilder, onnxOps, type Graph } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { tensor } from "@incipit/tensor";
import { evaluateFloat64, expectClose, finiteDifferences, randomTensors } from "@incipit/testing";
import { expect, it } from "vitest";
import { gradient, gradientName, probeFeeds, probeShapes, valuesToProbe } from "../src/index.js";

const random = randomTensors(3);

/** loss = Σ weights·softmax(x + mask), where the mask leaves nothing of the second row, and NaN becomes `instead`. */
function attention(instead: number): Graph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const x = g.input("x", "float32", [3, 4]);
  const mask = g.initializer(
    tensor("float32", [3, 4], [0, 0, -Infinity, 0, ...Array<number>(4).fill(-Infinity), 0, 0, 0, 0]),
  );
  const y = ops.softmax(ops.add(x, mask), -1);
  const cleaned = g.op("Where", [g.op("IsNaN", [y]), ops.scalar(instead), y]);
  const weighted = ops.mul(cleaned, g.initializer(random.normal([3, 4])));
  g.output(ops.sum(weighted, [0, 1]), "loss");
  return g.build();
}

async function differentiate(graph: Graph): Promise<Graph> {
  const values = valuesToProbe(graph, "loss", ["x"]);
  const shapes = await probeShapes(graph, { evaluate, probes: probeFeeds(graph), values });
  return gradient(graph, { loss: "loss", wrt: ["x"], shapes });
}

it("has the gradient 0 in a row that softmax makes nothing of, and its own in the others", async () => {
  const graph = attention(0);
  const feeds = { x: random.normal([3, 4]) };
  const truth = finiteDifferences(graph, { loss: "loss", wrt: ["x"], feeds });
  const { [gradientName("x")]: result } = evaluateFloat64(await differentiate(graph), feeds);
  expect(truth["x"]!.data.slice(4, 8).every((value) => value === 0)).toBe(true);
  expectClose(result, truth["x"]!, { relative: 1e-6, relativeTo: "largest" });
});

it("leaves another number than 0 to the rule of Where", async () => {
  const opTypes = (graph: Graph) => graph.nodes.filter(({ opType }) => opType === "Where").length;
  expect(opTypes(await differentiate(attention(0)))).toBe(1);
  expect(opTypes(await differentiate(attention(1)))).toBeGreaterThan(1);
});
