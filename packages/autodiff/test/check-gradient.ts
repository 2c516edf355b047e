import type { NamedTensors } from "@incipit/core";
import { GraphBuilder, onnxOps, OPSET, type Evaluate, type Graph, type Value } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { evaluateFloat64, expectClose, finiteDifferences, randomTensors } from "@incipit/testing";
import { expect } from "vitest";
import { gradient, gradientName, probeShapes, valuesToProbe } from "../src/index.js";
import type { GradientCase } from "./gradient-cases/index.js";

/** Sizes of the axes that vary: those that a gradient is built from, and that which it is checked at. */
const PROBED = [2, 3] as const;
const CHECKED = 4;

/** The name of what a case's `i`-th output is in its graph. */
export const outputName = (i: number) => `y${i}`;

/** What the gradient is checked at. */
export const feedsOf = (testCase: GradientCase): NamedTensors => testCase.inputs(randomTensors(7), CHECKED);

/** What a gradient is built from. */
export const probesOf = (testCase: GradientCase): readonly NamedTensors[] =>
  PROBED.map((size) => testCase.inputs(randomTensors(size), size));

/** The inputs to differentiate with respect to. */
export function wrtOf(testCase: GradientCase): readonly Value[] {
  const example = feedsOf(testCase);
  return testCase.wrt ?? Object.keys(example).filter((name) => example[name]?.dtype === "float32");
}

/**
 * What `build` makes of the case's inputs, in a graph whose output `loss` weighs every entry of it differently. The
 * results themselves are outputs too.
 */
export function graphOf(testCase: GradientCase, build: GradientCase["build"] = testCase.build): Graph {
  const g = new GraphBuilder({ ...new GraphBuilder().build(), opsets: { "": testCase.opset ?? OPSET } });
  const ops = onnxOps(g);
  const [small, large] = probesOf(testCase);
  const inputs = Object.entries(small ?? {}).map(([name, { dtype, shape }]) => {
    const dims = shape.map((dim, axis) => (large?.[name]?.shape[axis] === dim ? dim : undefined));
    return [name, g.input(name, dtype, dims)] as const;
  });
  const built = build(g, Object.fromEntries(inputs));
  // Of what only the truth is smooth, a loss that is linear: its slopes must not see the rounding.
  const bend = (y: Value) => (testCase.truth === undefined ? g.op("Sin", [ops.mul(y, ops.scalar(1.3))]) : y);
  const losses = (typeof built === "string" ? [built] : built).map((y, i) => {
    g.output(y, outputName(i));
    const shifted = ops.add(y, ops.scalar(0.2 + i));
    return g.op("ReduceSum", [bend(shifted)], { keepdims: 0 });
  });
  g.output(
    losses.reduce((a, b) => ops.add(a, b)),
    "loss",
  );
  return g.build();
}

/**
 * Compares the gradient of a case's graph, or of what was made of it, with finite differences in float64, and then what
 * ONNX Runtime computes with those.
 * @param probing runs the graph to find shapes
 * @param smooth the graph for finite differences, where it is another one
 */
export async function checkGradient(
  testCase: GradientCase,
  graph: Graph,
  probing: Evaluate,
  smooth = graph,
): Promise<void> {
  const wrt = wrtOf(testCase);
  const feeds = feedsOf(testCase);
  const truth = finiteDifferences(smooth, { loss: "loss", wrt, feeds });

  const values = valuesToProbe(graph, "loss", wrt);
  const shapes = await probeShapes(graph, { evaluate: probing, probes: probesOf(testCase), values });
  const differentiated = gradient(graph, { loss: "loss", wrt, shapes });
  const exact = evaluateFloat64(differentiated, feeds);
  const inFloat32 = await evaluate(differentiated, feeds);
  for (const name of wrt) {
    const expected = truth[name]!;
    const output = gradientName(name);
    expect(expected.data.some((entry) => Math.abs(entry) > 1e-3)).toBe(true);
    expectClose(exact[output], expected, { relative: 1e-6, absolute: 1e-7, relativeTo: "largest" });
    expectClose(inFloat32[output], expected, { relative: 1e-4, absolute: 1e-5, relativeTo: "largest" });
  }
}
