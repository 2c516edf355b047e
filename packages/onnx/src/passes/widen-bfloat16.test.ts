import { describe, expect, it } from "vitest";
import { evaluate } from "../../test/ort.js";
import { GraphBuilder } from "../build/builder.js";
import { tensorAttribute } from "../graph/attributes.js";
import { DATA_TYPE } from "../graph/tensors.js";
import { widenBfloat16 } from "./widen-bfloat16.js";

const bfloat16 = (...bits: number[]) =>
  ({ dtype: "bfloat16", shape: [bits.length], data: Uint16Array.from(bits) }) as const;
const [ONE, TWO] = [0x3f80, 0x4000];
const TYPE = { to: DATA_TYPE.bfloat16 } as const;

describe("widenBfloat16", () => {
  it("computes in float32 what is written for bfloat16, under the same names", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "bfloat16", [2]);
    const weight = g.initializer(bfloat16(ONE, TWO), "weight");
    const bias = g.op("Cast", [g.input("bias", "float32", [2])], TYPE);
    const filled = g.op("ConstantOfShape", [g.op("Shape", [x])], { value: tensorAttribute(bfloat16(TWO)) });
    g.output(g.op("Add", [g.op("Mul", [x, weight]), g.op("Mul", [bias, filled])]), "y", "bfloat16", [2]);
    const graph = widenBfloat16(g.build());
    expect(graph.inputs.map(({ dtype }) => dtype)).toEqual(["float32", "float32"]);
    expect(graph.initializers.get("weight/bfloat16")).toEqual(bfloat16(ONE, TWO));
    const feed = (...values: number[]) =>
      ({ dtype: "float32", shape: [2], data: Float32Array.from(values) }) as const;
    const { y } = await evaluate(graph, { x: feed(3, 4), bias: feed(0.5, 1) });
    expect(y).toEqual(feed(4, 10));
  });

  it("goes into subgraphs", async () => {
    const inner = (bits: number) => {
      const g = new GraphBuilder();
      g.output(g.op("Neg", [g.initializer(bfloat16(bits))]), "r");
      return { type: "graph", value: g.build() } as const;
    };
    const g = new GraphBuilder();
    const condition = g.input("condition", "bool", []);
    const y = g.op("If", [condition], { then_branch: inner(ONE), else_branch: inner(TWO) });
    g.output(g.op("Cast", [y], { to: DATA_TYPE.float32 }), "y");
    const graph = widenBfloat16(g.build());
    const feeds = { condition: { dtype: "bool", shape: [], data: Uint8Array.of(0) } } as const;
    expect((await evaluate(graph, feeds))["y"]?.data).toEqual(Float32Array.of(-2));
  });

  it("gives a graph without bfloat16 back as it is", () => {
    const g = new GraphBuilder();
    g.output(g.op("Neg", [g.input("x", "float16", [2])]), "y", "float16", [2]);
    const graph = g.build();
    expect(widenBfloat16(graph)).toBe(graph);
  });
});
