import { describe, expect, it } from "vitest";
import { conformanceModels, feedsFor } from "../../test/models.js";
import { evaluate } from "../../test/ort.js";
import { float32 } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import { DATA_TYPE } from "../graph/tensors.js";
import { printGraph } from "../print.js";
import { readModel } from "../serde/read.js";
import { removeIdentities } from "./remove-identities.js";

describe("removeIdentities", () => {
  it("removes Identity, Dropout in inference, and Cast to the dtype that a value has", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const a = g.op("Dropout", [g.op("Identity", [x]), g.initializer(float32([], [0.5]), "ratio")]);
    const b = g.op("Cast", [g.op("Identity", [a])], { to: DATA_TYPE.float32 });
    const c = g.op("Cast", [b], { to: DATA_TYPE.int32 });
    const d = g.op("Cast", [c], { to: DATA_TYPE.int32 });
    g.output(g.op("Neg", [d]), "y");
    expect(printGraph(removeIdentities(g.build()))).toMatchInlineSnapshot(`
      "incipit(x: float32[2]) -> (y) {
        ratio = float32[]
        Cast:0_1 = Cast<to=6>(x)
        y = Neg(Cast:0_1)
      }"
    `);
  });

  it("keeps Dropout that trains or whose mask is read, and Cast of what it does not know", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const flag = (value: number) => g.initializer({ dtype: "bool", shape: [], data: Uint8Array.of(value) });
    const a = g.op("Dropout", [x, "", flag(1)]);
    const [b, mask] = g.ops("Dropout", [a], {}, { outputs: 2 });
    const c = g.op("Dropout", [b!, "", g.input("training", "bool", [])]);
    const d = g.op("Cast", [c], { to: DATA_TYPE.float32 });
    g.output(g.op("Dropout", [d, "", flag(0)]));
    g.output(mask!);
    const operators = removeIdentities(g.build()).nodes.map((node) => node.opType);
    expect(operators).toEqual(["Dropout", "Dropout", "Dropout", "Cast"]);
  });

  it("removes Cast of a value whose dtype is known from probing", () => {
    const g = new GraphBuilder();
    const y = g.op("Neg", [g.input("x", "float32", [2])]);
    g.output(g.op("Relu", [g.op("Cast", [y], { to: DATA_TYPE.float32 })]));
    const known = new Map([[y, { name: y, dtype: "float32" } as const]]);
    expect(removeIdentities(g.build(), { known }).nodes.map((node) => node.opType)).toEqual(["Neg", "Relu"]);
  });

  it("keeps the names of graph outputs, also where inputs and weights are passed through", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const h = g.op("Neg", [x]);
    g.output(h, "a");
    g.output(h, "b");
    g.output(g.op("Exp", [h]), "c");
    g.output(x, "d");
    g.output(g.initializer(float32([1], [7])), "e");
    const graph = g.build();
    const simple = removeIdentities(graph);
    expect(printGraph(simple)).toMatchInlineSnapshot(`
      "incipit(x: float32[2]) -> (a, b, c, d, e) {
        constant = float32[1]
        a = Neg(x)
        b = Identity(a)
        c = Exp(a)
        d = Identity(x)
        e = Identity(constant)
      }"
    `);
    const feeds = { x: float32([2], [1, 2]) };
    expect(await evaluate(simple, feeds)).toEqual(await evaluate(graph, feeds));
  });

  it.each(conformanceModels())("computes the same for the real export $name", async ({ bytes }) => {
    const graph = readModel(bytes);
    const feeds = feedsFor(graph);
    const simple = removeIdentities(graph);
    expect(simple.nodes.filter((node) => node.opType === "Identity")).toEqual([]);
    expect(await evaluate(simple, feeds)).toEqual(await evaluate(graph, feeds));
  });
});
