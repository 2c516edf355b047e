import { describe, expect, it } from "vitest";
import { ramp } from "../test/tensors.js";
import { GraphBuilder } from "./build/builder.js";
import { float } from "./graph/attributes.js";
import { printGraph } from "./print.js";

describe("printGraph", () => {
  it("shows inputs with their types, weights without their data, and one node a line", () => {
    const g = new GraphBuilder();
    const ids = g.input("ids", "int64", ["batch", undefined]);
    const rows = g.op("Gather", [g.initializer(ramp(5, 3), "table"), ids], { axis: 0 });
    const [y, mean] = g.ops(
      "LayerNormalization",
      [rows, g.initializer(ramp(3), "scale"), ""],
      { axis: -1, epsilon: float(0.1), shape: [1, 2], mode: "a" },
      { outputs: 2 },
    );
    g.output(g.op("FusedGelu", [y!], {}, { domain: "com.example" }), "out", "float32", ["batch", "seq", 3]);
    g.output(mean!);
    expect(printGraph(g.build())).toMatchInlineSnapshot(`
      "incipit(ids: int64[batch,?]) -> (out: float32[batch,seq,3], LayerNormalization:1) {
        table = float32[5,3]
        scale = float32[3]
        Gather:0 = Gather<axis=0>(table, ids)
        LayerNormalization:0, LayerNormalization:1 = LayerNormalization<axis=-1, epsilon=0.1, shape=[1,2], mode="a">(Gather:0, scale)
        FusedGelu:0 = com.example.FusedGelu(LayerNormalization:0)
        out = Identity(FusedGelu:0)
      }"
    `);
  });

  it("indents subgraphs and marks absent values", () => {
    const branch = (name: string) => {
      const g = new GraphBuilder();
      g.output(g.op("Neg", ["x"]), name);
      return { type: "graph", value: { ...g.build(), name } } as const;
    };
    const g = new GraphBuilder();
    g.input("x", "float32");
    const [, second] = g.ops(
      "If",
      [g.input("c", "bool", []), "", "x"],
      { then_branch: branch("then"), else_branch: branch("else") },
      { outputs: 2 },
    );
    g.output(second!);
    expect(printGraph(g.build())).toMatchInlineSnapshot(`
      "incipit(x: float32, c: bool[]) -> (If:1) {
        If:0, If:1 = If<then_branch=then() -> (then) {
          Neg:0 = Neg(x)
          then = Identity(Neg:0)
        }, else_branch=else() -> (else) {
          Neg:0 = Neg(x)
          else = Identity(Neg:0)
        }>(c, _, x)
      }"
    `);
  });
});
