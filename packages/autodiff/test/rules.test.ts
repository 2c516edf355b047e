import type { NamedTensors } from "@incipit/core";
import { GraphBuilder, onnxOps, OPSET, type Evaluate, type Graph, type Value } from "@incipit/onnx";
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

/** What `build` makes of the case's inputs, in a graph whose loss weighs every entry of it differently. */
function graphOf(testCase: GradientCase, build: GradientCase["build"] = testCase.build): Graph {
  const g = new GraphBuilder({ ...new GraphBuilder().build(), opsets: { "": testCase.opset ?? OPSET } });
  const ops = onnxOps(g);
  const [small, large] = PROBED.map((size) => testCase.inputs(randomTensors(0), size)) as [
    NamedTensors,
    NamedTensors,
  ];
  const inputs = Object.entries(small).map(([name, { dtype, shape }]) => {
    const dims = shape.map((dim, axis) => (large[name]?.shape[axis] === dim ? dim : undefined));
    return [name, g.input(name, dtype, dims)] as const;
  });
  const built = build(g, Object.fromEntries(inputs));
  // Of what only the truth is smooth, a loss that is linear: its slopes must not see the rounding.
  const bend = (y: Value) => (testCase.truth === undefined ? g.op("Sin", [ops.mul(y, ops.scalar(1.3))]) : y);
  const losses = (typeof built === "string" ? [built] : built).map((y, i) => {
    const shifted = ops.add(y, ops.scalar(0.2 + i));
    return g.op("ReduceSum", [bend(shifted)], { keepdims: 0 });
  });
  g.output(
    losses.reduce((a, b) => ops.add(a, b)),
    "loss",
  );
  return g.build();
}

function differentiated(testCase: GradientCase): readonly string[] {
  const example = testCase.inputs(randomTensors(0), CHECKED);
  return testCase.wrt ?? Object.keys(example).filter((name) => example[name]?.dtype === "float32");
}

async function differentiate(testCase: GradientCase, evaluate: Evaluate): Promise<Graph> {
  const graph = graphOf(testCase);
  const wrt = differentiated(testCase);
  const probes = PROBED.map((size) => testCase.inputs(randomTensors(size), size));
  const values = valuesToProbe(graph, "loss", wrt);
  const shapes = await probeShapes(graph, { evaluate, probes, values });
  return gradient(graph, { loss: "loss", wrt, shapes });
}

describe("every rule has cases, and every case a rule", () => {
  it("the two tables have the same operators", () => {
    expect(Object.keys(gradientCases).sort()).toEqual(supportedOperators());
  });
});

describe.each(Object.entries(gradientCases))("%s", (_, cases) => {
  it.each(cases.map((testCase) => [testCase.name, testCase] as const))("%s", async (_name, testCase) => {
    const graph = await differentiate(testCase, evaluateReference);
    const wrt = differentiated(testCase);
    const feeds = testCase.inputs(randomTensors(7), CHECKED);
    const smooth = graphOf(testCase, testCase.truth);
    const truth = finiteDifferences(smooth, { loss: "loss", wrt, feeds });
    const exact = evaluateFloat64(graph, feeds);
    for (const name of wrt) {
      const expected = truth[name];
      expect(expected?.data.some((entry) => Math.abs(entry) > 1e-3)).toBe(true);
      expectClose(exact[gradientName(name)], expected!, {
        relative: 1e-6,
        absolute: 1e-7,
        relativeTo: "largest",
      });
    }
    const inFloat32 = await evaluate(graph, feeds);
    for (const name of wrt) {
      expectClose(inFloat32[gradientName(name)], truth[name]!, {
        relative: 1e-4,
        absolute: 1e-5,
        relativeTo: "largest",
      });
    }
  });
});
