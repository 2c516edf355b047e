import { expect, it } from "vitest";
import { ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import { printGraph } from "../print.js";
import { removeDeadNodes } from "./remove-dead-nodes.js";

it("removes nodes and weights that no output needs, and keeps all inputs", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2]);
  g.input("unused", "int64");
  const used = g.op("Neg", [x]);
  g.op("Relu", [g.op("Mul", [used, g.initializer(ramp(2), "dead")])]);
  g.output(g.op("Add", [used, g.initializer(ramp(2), "alive")]), "y");
  expect(printGraph(removeDeadNodes(g.build()))).toMatchInlineSnapshot(`
    "incipit(x: float32[2], unused: int64) -> (y) {
      alive = float32[2]
      Neg:0 = Neg(x)
      Add:0 = Add(Neg:0, alive)
      y = Identity(Add:0)
    }"
  `);
});

it("changes nothing where everything is needed", () => {
  const g = new GraphBuilder();
  g.output(g.op("Neg", [g.input("x", "float32", [2])]));
  expect(removeDeadNodes(g.build())).toEqual(g.build());
});
