import { describe, expect, it } from "vitest";
import { GraphError } from "@incipit/core";
import { evaluate } from "../../test/ort.js";
import { float32, ramp } from "../../test/tensors.js";
import { float, floatAttribute, intAttribute, intsAttribute } from "../graph/attributes.js";
import { printGraph } from "../print.js";
import { GraphBuilder, OPSET } from "./builder.js";

describe("GraphBuilder", () => {
  it("builds a graph that runs", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", ["batch", 2]);
    g.output(g.op("MatMul", [x, g.initializer(ramp(2, 1), "weight")]), "y", "float32", ["batch", 1]);
    const { y } = await evaluate(g.build(), { x: float32([1, 2], [10, 20]) });
    expect(y).toEqual(float32([1, 1], [5]));
  });

  it("builds on top of a graph and leaves that as it is", async () => {
    const g = new GraphBuilder();
    g.output(g.op("Neg", [g.input("x", "float32", [1])]), "y");
    const graph = g.build();
    const before = printGraph(graph);
    const more = new GraphBuilder(graph);
    more.output(more.op("Neg", ["y"]), "z");
    expect(printGraph(graph)).toBe(before);
    const one = float32([1], [1]);
    expect(await evaluate(more.build(), { x: one })).toEqual({ y: float32([1], [-1]), z: one });
  });

  it("gives every value and node a name of its own, with the scope in front", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32");
    const names = g.scope("head", () => [g.op("Neg", [x]), g.scope("loss", () => g.op("Neg", [x]))]);
    names.push(g.op("Neg", [x]), g.op("Neg", [x]), g.initializer(ramp(1), "x"));
    expect(names).toEqual(["head/Neg:0", "head/loss/Neg:0", "Neg:0", "Neg:0_1", "x_1"]);
    const nodes = g.build().nodes.map((node) => node.name);
    expect(new Set([...names, ...nodes]).size).toBe(9);
  });

  it("leaves the scope when building fails", () => {
    const g = new GraphBuilder();
    expect(() => g.scope("a", () => [g.input("x", "float32"), g.input("x", "float32")])).toThrow(GraphError);
    expect(g.uniqueName("b")).toBe("b");
  });

  it("refuses names that are taken", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32");
    expect(() => g.input("x", "float32")).toThrow(/already has a value named "x"/);
    expect(() => g.ops("Neg", [x], {}, { outputs: ["x"] })).toThrow(/already has a value named "x"/);
    g.output(g.op("Neg", [x]), "y");
    expect(() => g.output(x, "y")).toThrow(/already has an output "y"/);
  });

  it("writes attributes of every kind, and asks for float() where a number is no integer", () => {
    const g = new GraphBuilder();
    g.op("A", [], { int: -1, ints: [1, 2], text: "t", float: float(0.5) });
    const [node] = g.build().nodes;
    expect(node!.attributes).toEqual({
      int: { type: "int", value: -1 },
      ints: { type: "ints", value: [1, 2] },
      text: { type: "string", value: "t" },
      float: { type: "float", value: 0.5 },
    });
    expect(() => g.op("A", [], { epsilon: 1e-5 })).toThrow(/"epsilon": 0.00001 is no integer; write float\(/);
    expect(() => g.op("A", [], { scales: [1, 1.5] })).toThrow(GraphError);
  });

  it("leaves out absent inputs at the end, and imports the domains that it uses", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32");
    g.op("Clip", [x, "", ""]);
    g.op("Clip", [x, "", x], {}, { domain: "com.example" });
    const { nodes, opsets } = g.build();
    expect(nodes.map((node) => node.inputs)).toEqual([["x"], ["x", "", "x"]]);
    expect(opsets).toEqual({ "": OPSET, "com.example": 1 });
  });

  it("leaves out any number of outputs", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32");
    expect(g.ops("Skip", [x, x, x], {}, { outputs: ["y", "", "", "sum"] })).toEqual(["y", "", "", "sum"]);
  });

  it("provides an input itself", async () => {
    const g = new GraphBuilder();
    const sum = g.op("Add", [g.input("x", "float32", [1]), g.input("y", "float32", [1])]);
    g.output(sum, "z");
    g.replaceInput("y", () => g.initializer(float32([1], [2])));
    expect(await evaluate(g.build(), { x: float32([1], [1]) })).toEqual({ z: float32([1], [3]) });
    expect(() => {
      g.replaceInput("y", () => g.initializer(float32([1], [2])));
    }).toThrow(/no input "y"/);
  });

  it("rewires what reads a value, subgraphs included, but not what it adds itself", async () => {
    const branch = (op: string) => {
      const inner = new GraphBuilder();
      inner.output(inner.op(op, ["h"]), "r");
      return { type: "graph", value: inner.build() } as const;
    };
    const g = new GraphBuilder();
    g.ops("Identity", [g.input("x", "float32", [1])], {}, { outputs: ["h"] });
    const branches = { then_branch: branch("Neg"), else_branch: branch("Identity") };
    g.output(g.op("If", [g.input("c", "bool", [])], branches), "y");
    g.output("h");
    g.rewire("h", (h) => g.op("Mul", [h, g.initializer(float32([], [10]))]));
    const feeds = { x: float32([1], [2]), c: { dtype: "bool", shape: [], data: Uint8Array.of(1) } } as const;
    expect(await evaluate(g.build(), feeds)).toEqual({ y: float32([1], [-20]), h: float32([1], [2]) });
  });

  it("asks a node for an output that it left out, once", async () => {
    const g = new GraphBuilder();
    const one = g.initializer(ramp(2));
    g.output(g.op("LayerNormalization", [g.input("x", "float32", [1, 2]), one]), "y");
    const [node] = g.build().nodes;
    const deviation = g.requireOutput(node!, 2);
    expect(g.requireOutput(node!, 2)).toBe(deviation);
    g.output(deviation, "d");
    const { d } = await evaluate(g.build(), { x: float32([1, 2], [-1, 1]) });
    expect(d!.data[0]).toBeCloseTo(1, 4);
    expect(() => new GraphBuilder().requireOutput(node!, 1)).toThrow(
      /LayerNormalization node .* is not in the graph/,
    );
  });

  it("replaces outputs", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32");
    g.output(x);
    g.clearOutputs();
    g.output(g.op("Neg", [x]), "y");
    expect(g.build().outputs.map(({ name }) => name)).toEqual(["y"]);
  });
});

describe("attribute readers", () => {
  it("give the value, or the fallback, or name the node whose attribute is of another type", () => {
    const g = new GraphBuilder();
    g.op("Flatten", [g.input("x", "float32")], { axis: 2 }, { name: "f" });
    const [node] = g.build().nodes;
    expect(intAttribute(node!, "axis", 1)).toBe(2);
    expect(intsAttribute(node!, "axes", undefined)).toBeUndefined();
    expect(() => floatAttribute(node!, "axis", 0)).toThrow(
      /Flatten node "f": attribute "axis" should be of type float/,
    );
  });
});
