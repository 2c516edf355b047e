import { expect, it } from "vitest";
import { evaluate } from "../../test/ort.js";
import { float32 } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import { onnxOps } from "../build/ops.js";
import type { Attribute, Graph } from "../graph/graph.js";
import { inlineBranches } from "./inline-branches.js";

const bool = (value: boolean) => ({ dtype: "bool", shape: [1], data: Uint8Array.of(Number(value)) }) as const;

/** A subgraph that takes `x` from outside. Its own values are called the same in every branch. */
function branch(build: (g: GraphBuilder) => void): Attribute {
  const g = new GraphBuilder();
  build(g);
  return { type: "graph", value: g.build() };
}

/** y = then ? 2x : (inner ? x + 3 : x) */
function graph(outer: boolean, inner: boolean): Graph {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2]);
  const times = branch((b) => b.output(b.op("Mul", ["x", b.initializer(float32([], [2]), "c")]), "r"));
  const plus = branch((b) => b.output(b.op("Add", ["x", b.initializer(float32([], [3]), "c")]), "r"));
  const same = branch((b) => b.output("x"));
  const nested = branch((b) =>
    b.output(
      b.op("If", [b.initializer(bool(inner), "inner")], { then_branch: plus, else_branch: same }),
      "r",
    ),
  );
  const [y = ""] = g.ops("If", [g.initializer(bool(outer), "outer")], {
    then_branch: times,
    else_branch: nested,
  });
  g.output(onnxOps(g).add(y, x), "y");
  return g.build();
}

it.each([
  [true, true, [3, 6]],
  [false, true, [5, 7]],
  [false, false, [2, 4]],
])("takes the branches that constant conditions choose: %s, %s", async (outer, inner, expected) => {
  const inlined = inlineBranches(graph(outer, inner));
  expect(inlined.nodes.map((node) => node.opType)).not.toContain("If");
  const { y } = await evaluate(inlined, { x: float32([2], [1, 2]) });
  expect(y).toEqual(float32([2], expected));
});

it("leaves an If whose condition is not constant", () => {
  const g = new GraphBuilder();
  const branches = { then_branch: branch((b) => b.output("x")), else_branch: branch((b) => b.output("x")) };
  g.input("x", "float32", [2]);
  g.output(g.op("If", [g.input("c", "bool", [])], branches), "y");
  const before = g.build();
  expect(inlineBranches(before).nodes).toEqual(before.nodes);
});
