import { expect, it } from "vitest";
import type { HostTensor } from "@incipit/core";
import { GraphBuilder, type Value } from "@incipit/onnx";
import { foldsOnlyTransposes } from "./transposes.js";

const weight = (...shape: number[]): HostTensor => ({
  dtype: "float32",
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

/** A graph whose output is made of its input `x` by `build`. */
function graphOf(build: (g: GraphBuilder, x: Value) => Value) {
  const g = new GraphBuilder();
  g.output(build(g, g.input("x", "float32", ["n", 2])), "y");
  return g.build();
}

it.each([
  [
    "there is nothing to fold",
    (g: GraphBuilder, x: Value) => g.op("MatMul", [x, g.initializer(weight(2, 3))]),
  ],
  [
    "a product reads a transposed matrix",
    (g: GraphBuilder, x: Value) => g.op("MatMul", [x, g.op("Transpose", [g.initializer(weight(3, 2))])]),
  ],
])("holds where %s", (_, build) => {
  expect(foldsOnlyTransposes(graphOf(build))).toBe(true);
});

it.each([
  [
    "weights are decoded",
    (g: GraphBuilder, x: Value) =>
      g.op("MatMul", [x, g.op("Cast", [g.initializer(weight(2, 3))], { to: 1 })]),
  ],
  [
    "something else reads a transposed matrix",
    (g: GraphBuilder, x: Value) => g.op("Add", [x, g.op("Transpose", [g.initializer(weight(2, 2))])]),
  ],
  [
    "a transposed weight is no matrix",
    (g: GraphBuilder, x: Value) => g.op("MatMul", [x, g.op("Transpose", [g.initializer(weight(3, 2, 4))])]),
  ],
  ["one is given out", (g: GraphBuilder) => g.op("Transpose", [g.initializer(weight(3, 2))])],
])("does not hold where %s", (_, build) => {
  expect(foldsOnlyTransposes(graphOf(build))).toBe(false);
});
