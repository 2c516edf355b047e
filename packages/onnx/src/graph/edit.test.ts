import { describe, expect, it } from "vitest";
import { evaluate } from "../../test/ort.js";
import { float32, ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import { printGraph } from "../print.js";
import { extractSubgraph, renameUses, uniqueNames } from "./edit.js";

/** `hidden = x·w`, `y = hidden + b`, `z = -u`. */
function twoOutputs() {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["n", 2]);
  const u = g.input("u", "float32", [1]);
  const [hidden] = g.ops("MatMul", [x, g.initializer(ramp(2, 2), "w")], {}, { outputs: ["hidden"] });
  g.output(g.op("Add", [hidden!, g.initializer(ramp(2), "b")]), "y", "float32", ["n", 2]);
  g.output(g.op("Neg", [u]), "z", "float32", [1]);
  return g.build();
}

/** A graph whose output is `x` negated or not; the branches read `x` from outside. */
function conditional() {
  const branch = (op: string) => {
    const g = new GraphBuilder();
    g.output(g.op(op, ["h"]), "r");
    return { type: "graph", value: g.build() } as const;
  };
  const g = new GraphBuilder();
  g.ops("Relu", [g.input("x", "float32", [2])], {}, { outputs: ["h"] });
  const branches = { then_branch: branch("Neg"), else_branch: branch("Identity") };
  g.output(g.op("If", [g.input("c", "bool", [])], branches), "y");
  return g.build();
}

describe("extractSubgraph", () => {
  it("keeps only what the outputs need, whether or not the graph declares them", () => {
    expect(printGraph(extractSubgraph(twoOutputs(), ["hidden"]))).toMatchInlineSnapshot(`
      "incipit(x: float32[n,2]) -> (hidden) {
        w = float32[2,2]
        hidden = MatMul(x, w)
      }"
    `);
    expect(printGraph(extractSubgraph(twoOutputs(), ["z"]))).toMatchInlineSnapshot(`
      "incipit(u: float32[1]) -> (z: float32[1]) {
        Neg:0 = Neg(u)
        z = Identity(Neg:0)
      }"
    `);
  });

  it("gives a graph that runs", async () => {
    const x = float32([1, 2], [1, 1]);
    const { hidden } = await evaluate(extractSubgraph(twoOutputs(), ["hidden"]), { x });
    expect(hidden!.shape).toEqual([1, 2]);
  });

  it("keeps what subgraphs read from outside", () => {
    const { inputs, nodes } = extractSubgraph(conditional(), ["y"]);
    expect(inputs.map(({ name }) => name)).toEqual(["x", "c"]);
    expect(nodes.map(({ opType }) => opType)).toEqual(["Relu", "If", "Identity"]);
  });

  it("names a value that is not there", () => {
    expect(() => extractSubgraph(twoOutputs(), ["w", "q"])).toThrow(/"incipit" has no value "q"/);
  });
});

describe("renameUses", () => {
  it("renames inside subgraphs too", async () => {
    const graph = conditional();
    const nodes = graph.nodes.map((node) => renameUses(node, (value) => (value === "h" ? "x" : value)));
    const feeds = {
      x: float32([2], [-1, 2]),
      c: { dtype: "bool", shape: [], data: Uint8Array.of(1) },
    } as const;
    expect((await evaluate(graph, feeds))["y"]).toEqual(float32([2], [-0, -2]));
    expect((await evaluate({ ...graph, nodes }, feeds))["y"]).toEqual(float32([2], [1, -2]));
  });
});

describe("uniqueNames", () => {
  it("gives each name once", () => {
    const taken = new Set(["a", "a_1"]);
    const fresh = uniqueNames(taken);
    expect([fresh("a"), fresh("a"), fresh("b"), fresh("b")]).toEqual(["a_2", "a_3", "b", "b_1"]);
    expect(taken.size).toBe(6);
  });
});
