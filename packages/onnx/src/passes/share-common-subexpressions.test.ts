import { describe, expect, it } from "vitest";
import type { HostTensor } from "@incipit/core";
import { conformanceModels, feedsFor } from "../../test/models.js";
import { evaluate } from "../../test/ort.js";
import { float32, ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import { float, tensorAttribute } from "../graph/attributes.js";
import type { Graph } from "../graph/graph.js";
import { printGraph } from "../print.js";
import { readModel } from "../serde/read.js";
import { shareCommonSubexpressions } from "./share-common-subexpressions.js";

const operators = (graph: Graph) => shareCommonSubexpressions(graph).nodes.map((node) => node.opType);

describe("shareCommonSubexpressions", () => {
  it("computes equal chains once, whatever the order of commutative inputs", () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input("x", "float32", [2]), g.input("y", "float32", [2])];
    const chain = (a: string, b: string) => g.op("Exp", [g.op("Add", [a, b])]);
    g.output(g.op("Sub", [chain(x, y), chain(y, x)]), "z");
    expect(printGraph(shareCommonSubexpressions(g.build()))).toMatchInlineSnapshot(`
      "incipit(x: float32[2], y: float32[2]) -> (z) {
        Add:0 = Add(x, y)
        Exp:0 = Exp(Add:0)
        Sub:0 = Sub(Exp:0, Exp:0)
        z = Identity(Sub:0)
      }"
    `);
  });

  it("tells apart what differs in inputs, their order, attributes, domain or outputs", () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input("x", "float32", [2, 2]), g.input("y", "float32", [2, 2])];
    const nodes = [
      g.op("Sub", [x, y]),
      g.op("Sub", [y, x]),
      g.op("LeakyRelu", [x], { alpha: float(0) }),
      g.op("LeakyRelu", [x], { alpha: float(-0) }),
      g.op("LeakyRelu", [x], { alpha: float(NaN) }),
      g.op("LeakyRelu", [x], { alpha: float(Infinity) }),
      g.op("LeakyRelu", [x], { alpha: 0 }),
      g.op("LeakyRelu", [x], {}, { domain: "com.example" }),
      g.op("ConstantOfShape", [x], { value: tensorAttribute(float32([1], [1])) }),
      g.op("ConstantOfShape", [x], { value: tensorAttribute(float32([1], [2])) }),
      ...g.ops("Split", [x], {}, { outputs: 2 }),
      ...g.ops("Split", [x], {}, { outputs: 1 }),
    ];
    for (const node of nodes) g.output(node);
    expect(shareCommonSubexpressions(g.build())).toEqual(g.build());
  });

  it("shares small weights with the same content, and what is computed from them", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const plusOne = () => g.op("Add", [x, g.initializer(float32([], [1]), "one")]);
    g.output(g.op("Mul", [plusOne(), plusOne()]), "y");
    g.output(g.initializer(float32([1], [1]), "otherShape"));
    const { initializers, nodes } = shareCommonSubexpressions(g.build());
    expect([...initializers.keys()]).toEqual(["one", "otherShape"]);
    expect(nodes.map((node) => node.opType)).toEqual(["Add", "Mul", "Identity"]);
  });

  it("shares large weights that are equal to the last byte", () => {
    const g = new GraphBuilder();
    const large = ramp(64, 64);
    const weights = [
      large,
      { ...large, data: large.data.slice() },
      { ...large, data: large.data.with(-1, 0) },
    ];
    for (const tensor of weights as HostTensor[]) g.output(g.op("Neg", [g.initializer(tensor, "table")]));
    const { initializers, nodes } = shareCommonSubexpressions(g.build());
    expect([...initializers.keys()]).toEqual(["table", "table_2"]);
    expect(nodes.filter(({ opType }) => opType === "Neg")).toHaveLength(2);
  });

  it("draws random numbers as often as the graph says", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const noise = () => g.op("RandomNormalLike", [x]);
    g.output(g.op("Add", [noise(), noise()]));
    expect(operators(g.build())).toEqual(["RandomNormalLike", "RandomNormalLike", "Add"]);
  });

  it("keeps the names of graph outputs", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    for (const name of ["a", "b"]) g.ops("Neg", [x], {}, { outputs: [name] });
    for (const name of ["a", "b"]) g.output(name);
    const shared = shareCommonSubexpressions(g.build());
    expect(shared.nodes.map((node) => node.opType)).toEqual(["Neg", "Identity"]);
    const y = float32([2], [-1, -2]);
    expect(await evaluate(shared, { x: float32([2], [1, 2]) })).toEqual({ a: y, b: y });
  });

  it("renames inside subgraphs", async () => {
    const branch = (value: string) => {
      const g = new GraphBuilder();
      g.output(g.op("Neg", [value]), "r");
      return { type: "graph", value: g.build() } as const;
    };
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const [a, b] = [g.op("Exp", [x]), g.op("Exp", [x])];
    g.output(g.op("If", [g.input("c", "bool", [])], { then_branch: branch(a), else_branch: branch(b) }), "y");
    const feeds = { x: ramp(2), c: { dtype: "bool", shape: [], data: Uint8Array.of(0) } } as const;
    const shared = shareCommonSubexpressions(g.build());
    expect(shared.nodes).toHaveLength(3);
    expect(await evaluate(shared, feeds)).toEqual(await evaluate(g.build(), feeds));
  });

  it.each(conformanceModels())("computes the same for the real export $name", async ({ bytes }) => {
    const graph = readModel(bytes);
    const shared = shareCommonSubexpressions(graph);
    expect(shared.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
    expect(await evaluate(shared, feedsFor(graph))).toEqual(await evaluate(graph, feedsFor(graph)));
  });
});
