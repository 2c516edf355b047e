import { describe, expect, it } from "vitest";
import { GraphBuilder, onnxOps, type Value } from "@incipit/onnx";
import { evaluateFloat64, expectClose, randomTensors } from "@incipit/testing";
import { fuseGelu } from "./fuse-gelu.js";

type Build = (g: GraphBuilder, x: Value) => Value;

const scalar = (g: GraphBuilder, value: number) => onnxOps(g).scalar(value);
const op = (g: GraphBuilder, opType: string, a: Value, b: Value | number) =>
  g.op(opType, [a, typeof b === "number" ? scalar(g, b) : b]);
const erf = (g: GraphBuilder, x: Value) => g.op("Erf", [x]);

/** `√(2/π)·(x + 0.044715·cube)` through tanh. */
const tanh = (g: GraphBuilder, x: Value, cube: Value) =>
  g.op("Tanh", [op(g, "Mul", op(g, "Add", x, op(g, "Mul", cube, 0.044715)), Math.sqrt(2 / Math.PI))]);

const written: readonly (readonly [string, string, Build])[] = [
  [
    "torch's",
    "Gelu",
    (g, x) => op(g, "Mul", op(g, "Mul", x, op(g, "Add", erf(g, op(g, "Div", x, Math.SQRT2)), 1)), 0.5),
  ],
  ["ours", "Gelu", (g, x) => onnxOps(g).gelu(x)],
  [
    "half in the middle",
    "Gelu",
    (g, x) => op(g, "Mul", op(g, "Mul", op(g, "Add", erf(g, op(g, "Mul", x, 0.70710678)), 1), 0.5), x),
  ],
  [
    "GPT-2's",
    "FastGelu",
    (g, x) => op(g, "Mul", op(g, "Mul", x, 0.5), op(g, "Add", tanh(g, x, op(g, "Pow", x, 3)), 1)),
  ],
  [
    "a cube of products",
    "FastGelu",
    (g, x) =>
      op(g, "Mul", op(g, "Mul", x, 0.5), op(g, "Add", tanh(g, x, op(g, "Mul", op(g, "Mul", x, x), x)), 1)),
  ],
];

const others: readonly (readonly [string, Build])[] = [
  [
    "another scale",
    (g, x) => op(g, "Mul", op(g, "Mul", x, op(g, "Add", erf(g, op(g, "Div", x, 2)), 1)), 0.5),
  ],
  [
    "another factor",
    (g, x) => op(g, "Mul", op(g, "Mul", x, op(g, "Add", erf(g, op(g, "Div", x, Math.SQRT2)), 1)), 0.25),
  ],
  [
    "another x",
    (g, x) =>
      op(g, "Mul", op(g, "Mul", g.op("Neg", [x]), op(g, "Add", erf(g, op(g, "Div", x, Math.SQRT2)), 1)), 0.5),
  ],
  [
    "a part that is read elsewhere",
    (g, x) => {
      const inner = erf(g, op(g, "Div", x, Math.SQRT2));
      g.output(inner, "inner");
      return op(g, "Mul", op(g, "Mul", x, op(g, "Add", inner, 1)), 0.5);
    },
  ],
];

function graphOf(build: Build) {
  const g = new GraphBuilder();
  g.output(build(g, g.input("x", "float32", ["n"])), "y");
  return g.build();
}

const fuse = (build: Build) => fuseGelu({ graph: graphOf(build), shapes: new Map() }).graph;
const x = randomTensors(3).normal([50], 3);

describe("fuseGelu", () => {
  it.each(written)("makes %s one %s", (_, opType, build) => {
    const fused = fuse(build);
    expect(fused.nodes.map((node) => node.opType)).toEqual([opType, "Identity"]);
    const { y } = evaluateFloat64(graphOf(build), { x });
    // Constants are written in float32.
    if (y) expectClose(evaluateFloat64(fused, { x })["y"], y, { relative: 1e-6, absolute: 1e-7 });
  });

  it.each(others)("leaves what only looks like one: %s", (_, build) => {
    expect(fuse(build)).toEqual(graphOf(build));
  });
});
