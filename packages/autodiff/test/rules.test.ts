import { GraphBuilder, onnxOps, OPSET, type Evaluate, type Graph } from "@incipit/onnx";
import {
  evaluateFloat64,
  evaluateReference,
  expectClose,
  finiteDifferences,
  randomTensors,
} from "@incipit/testing";
import { evaluate } from "@incipit/runtime";
import { describe, expect, it } from "vitest";
import { gradient, gradientName, probeShapes, supportedOperators, valuesToProbe } from "../src/index.js";
import { gradientCases, type GradientCase } from "./gradient-cases/index.js";

const PROBED = [2, 3];
const CHECKED = 4;

/** The case's operator in a graph whose loss weighs every entry of its outputs differently. */
function graphOf(testCase: GradientCase): { graph: Graph; wrt: readonly string[] } {
  const g = new GraphBuilder({ ...new GraphBuilder().build(), opsets: { "": testCase.opset ?? OPSET } });
  const ops = onnxOps(g);
  const example = testCase.inputs(randomTensors(0), CHECKED);
  const values = Object.fromEntries(
    Object.entries(example).map(([name, { dtype, shape }]) => [
      name,
      g.input(
        name,
        dtype,
        shape.map(() => undefined),
      ),
    ]),
  );
  const built = testCase.build(g, values);
  const losses = (typeof built === "string" ? [built] : built).map((y, i) => {
    const bent = g.op("Sin", [ops.mul(ops.add(y, ops.scalar(0.2 + i)), ops.scalar(1.3))]);
    return g.op("ReduceSum", [bent], { keepdims: 0 });
  });
  g.output(
    losses.reduce((a, b) => ops.add(a, b)),
    "loss",
  );
  const floats = Object.keys(example).filter((name) => example[name]?.dtype === "float32");
  return { graph: g.build(), wrt: testCase.wrt ?? floats };
}

async function differentiate(testCase: GradientCase, evaluate: Evaluate) {
  const { graph, wrt } = graphOf(testCase);
  const probes = PROBED.map((size) => testCase.inputs(randomTensors(size), size));
  const values = valuesToProbe(graph, "loss", wrt);
  const shapes = await probeShapes(graph, { evaluate, probes, values });
  return { graph, wrt, differentiated: gradient(graph, { loss: "loss", wrt, shapes }) };
}

describe("every rule has cases, and every case a rule", () => {
  it("the two tables have the same operators", () => {
    expect(Object.keys(gradientCases).sort()).toEqual(supportedOperators());
  });
});

describe.each(Object.entries(gradientCases))("%s", (_, cases) => {
  it.each(cases.map((testCase) => [testCase.name, testCase] as const))("%s", async (_name, testCase) => {
    const { graph, wrt, differentiated } = await differentiate(testCase, evaluateReference);
    const feeds = testCase.inputs(randomTensors(7), CHECKED);
    const truth = finiteDifferences(graph, { loss: "loss", wrt, feeds });
    const exact = evaluateFloat64(differentiated, feeds);
    for (const name of wrt) {
      const expected = truth[name];
      expect(expected?.data.some((entry) => Math.abs(entry) > 1e-3)).toBe(true);
      expectClose(exact[gradientName(name)], expected!, {
        relative: 1e-6,
        absolute: 1e-7,
        relativeTo: "largest",
      });
    }
    const inFloat32 = await evaluate(differentiated, feeds);
    for (const name of wrt) {
      expectClose(inFloat32[gradientName(name)], truth[name]!, {
        relative: 1e-4,
        absolute: 1e-5,
        relativeTo: "largest",
      });
    }
  });
});
