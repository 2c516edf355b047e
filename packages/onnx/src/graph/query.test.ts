import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GraphError } from "@incipit/core";
import { ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import type { Graph, Node } from "./graph.js";
import {
  capturesOf,
  consumersOf,
  describeNode,
  namesIn,
  producersOf,
  sortTopologically,
  usesOf,
} from "./query.js";

const node = (name: string, inputs: readonly string[], outputs: readonly string[]): Node => ({
  name,
  opType: "Op",
  domain: "",
  inputs,
  outputs,
  attributes: {},
});

/** An `If` whose one branch reads `h` from outside, deep within another `If`. */
function nested(): Graph {
  const branch = (build: (g: GraphBuilder) => string) => {
    const g = new GraphBuilder();
    g.output(build(g), "r");
    return { type: "graph", value: g.build() } as const;
  };
  const g = new GraphBuilder();
  g.ops("Relu", [g.input("x", "float32")], {}, { outputs: ["h"] });
  const inner = branch((b) => b.op("Add", ["h", b.initializer(ramp(1), "one")]));
  const outer = branch((b) => b.op("If", ["c"], { then_branch: inner, else_branch: inner }));
  g.output(g.op("If", [g.input("c", "bool")], { then_branch: outer, else_branch: inner }), "y");
  return g.build();
}

describe("queries", () => {
  it("see what subgraphs read from outside, however deep", () => {
    const graph = nested();
    const [relu, choice] = graph.nodes;
    expect(usesOf(choice!).toSorted()).toEqual(["c", "c", "h", "h"]);
    expect(consumersOf(graph).get("h")).toEqual([choice]);
    expect(producersOf(graph).get("h")).toBe(relu);
    expect(capturesOf(graph)).toEqual([]);
    expect(namesIn(graph)).toContain("one");
  });

  it("count an output that is taken from outside as a use", () => {
    const graph: Graph = { ...new GraphBuilder().build(), outputs: [{ name: "x" }] };
    expect(capturesOf(graph)).toEqual(["x"]);
  });

  it("name nodes by operator and name, or by what they make", () => {
    expect(describeNode(node("n", [], ["o"]))).toBe('Op node "n"');
    expect(describeNode({ ...node("", [], ["o"]), domain: "com.example" })).toBe('com.example.Op node "o"');
  });
});

describe("sortTopologically", () => {
  it("puts every node after those that make its inputs, and keeps an order that is good already", () => {
    // Node i reads some of the nodes before it.
    const dag = fc
      .array(fc.array(fc.nat(30), { maxLength: 3 }), { maxLength: 30 })
      .map((edges) =>
        edges.map((from, i) => node(`${i}`, i === 0 ? [] : from.map((f) => `v${f % i}`), [`v${i}`])),
      );
    fc.assert(
      fc.property(
        dag.chain((nodes) =>
          fc.tuple(fc.constant(nodes), fc.shuffledSubarray(nodes, { minLength: nodes.length })),
        ),
        ([nodes, shuffled]) => {
          expect(sortTopologically(nodes)).toEqual(nodes);
          const made = new Set<string>();
          const sorted = sortTopologically(shuffled);
          expect(sorted).toHaveLength(nodes.length);
          for (const { inputs, outputs } of sorted) {
            for (const input of inputs) expect(made).toContain(input);
            for (const output of outputs) made.add(output);
          }
        },
      ),
    );
  });

  it("names a node of a cycle", () => {
    const cycle = [node("a", ["w"], ["v"]), node("b", ["v"], ["w"])];
    expect(() => sortTopologically(cycle)).toThrow(GraphError);
    expect(() => sortTopologically(cycle)).toThrow(/cycle through Op node "a"/);
  });

  it("sorts chains longer than the call stack", () => {
    const chain = Array.from({ length: 50_000 }, (_, i) => node(`${i}`, [`v${i}`], [`v${i + 1}`]));
    expect(sortTopologically(chain.toReversed())).toEqual(chain);
  });
});
