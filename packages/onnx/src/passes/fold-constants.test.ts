import { describe, expect, it } from "vitest";
import type { HostTensor } from "@incipit/core";
import { conformanceModels, feedsFor } from "../../test/models.js";
import { evaluate } from "../../test/ort.js";
import { float32, ramp } from "../../test/tensors.js";
import { GraphBuilder } from "../build/builder.js";
import type { Graph } from "../graph/graph.js";
import { DATA_TYPE, int64 } from "../graph/tensors.js";
import { printGraph } from "../print.js";
import { readModel } from "../serde/read.js";
import { foldConstants } from "./fold-constants.js";

const operators = (graph: Graph) => graph.nodes.map((node) => node.opType);

describe("foldConstants", () => {
  it("computes what depends on constants alone, in one run, and drops what is then unused", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", ["n", 3]);
    const w = g.initializer(ramp(2, 3), "w");
    const [transposed] = g.ops("Transpose", [g.op("Neg", [w])], {}, { outputs: ["transposed"] });
    g.output(g.op("MatMul", [x, transposed!]), "y");
    let runs = 0;
    const folded = await foldConstants(g.build(), (graph, feeds) => {
      runs++;
      return evaluate(graph, feeds);
    });
    expect(runs).toBe(1);
    expect(printGraph(folded)).toMatchInlineSnapshot(`
      "incipit(x: float32[n,3]) -> (y) {
        transposed = float32[3,2]
        MatMul:0 = MatMul(x, transposed)
        y = Identity(MatMul:0)
      }"
    `);
    expect(folded.initializers.get("transposed")).toEqual(
      float32([3, 2], [-0.1, -0.4, -0.2, -0.5, -0.3, -0.6]),
    );
  });

  it("runs nothing where nothing is constant", async () => {
    const g = new GraphBuilder();
    g.output(g.op("Neg", [g.input("x", "float32", [2])]));
    const graph = g.build();
    await expect(foldConstants(graph, () => Promise.reject(new Error("ran")))).resolves.toEqual(graph);
  });

  it("leaves alone what is random, in a foreign domain, or no tensor", async () => {
    const g = new GraphBuilder();
    const w = g.initializer(ramp(2), "w");
    g.output(g.op("RandomNormalLike", [w]));
    g.output(g.op("Dropout", [w]));
    g.output(g.op("Custom", [w], {}, { domain: "com.example" }));
    g.output(g.op("SequenceLength", [g.op("SequenceConstruct", [w, w])]));
    await expect(foldConstants(g.build(), () => Promise.reject(new Error("ran")))).resolves.toEqual(
      g.build(),
    );
  });

  it("leaves alone what would be bfloat16 or text, but computes what is cast from bfloat16", async () => {
    const g = new GraphBuilder();
    const half = g.initializer(
      { dtype: "bfloat16", shape: [2], data: Uint16Array.of(0x3f80, 0x4000) },
      "half",
    );
    g.output(g.op("Cast", [half], { to: DATA_TYPE.float32 }), "folded");
    g.output(g.op("Cast", [g.initializer(ramp(2))], { to: DATA_TYPE.bfloat16 }));
    g.output(g.op("Cast", [g.initializer(ramp(2))], { to: 8 }));
    g.output(g.op("Neg", [half]));
    const folded = await foldConstants(g.build(), evaluate);
    expect(folded.initializers.get("folded")).toEqual(float32([2], [1, 2]));
    expect(operators(folded)).toEqual(["Cast", "Cast", "Neg"]);
  });

  it("decodes 4-bit integers, and leaves to be computed what stays 4-bit", async () => {
    const g = new GraphBuilder();
    const packed = g.initializer({ dtype: "int4", shape: [1, 3], data: Uint8Array.of(0x78, 0x0f) });
    const decode = (q: string) => g.op("DequantizeLinear", [q, g.initializer(float32([], [0.5]))]);
    g.output(decode(packed), "folded");
    g.output(decode(g.op("Transpose", [packed])));
    const folded = await foldConstants({ ...g.build(), opsets: { "": 21 } }, evaluate);
    expect(folded.initializers.get("folded")).toEqual(float32([1, 3], [-4, 3.5, -0.5]));
    expect(operators(folded)).toEqual(["Transpose", "DequantizeLinear"]);
  });

  it("keeps computing results that are larger than allowed, unless they are as large as their inputs", async () => {
    const g = new GraphBuilder();
    const shape = g.op("Concat", [g.initializer(int64([50])), g.initializer(int64([10]))], { axis: 0 });
    const grown = g.op("Expand", [g.initializer(ramp(1), "one"), shape]);
    const reduced = g.op("ReduceMax", [grown]);
    const weight = g.op("Transpose", [g.initializer(ramp(20, 20), "w")]);
    g.output(g.op("Add", [g.input("x", "float32"), grown]));
    g.output(g.op("Add", [reduced, weight]));
    const graph = g.build();
    expect(operators(await foldConstants(graph, evaluate, { maxBytes: 200 }))).toEqual(["Expand", "Add"]);
    expect(operators(await foldConstants(graph, evaluate))).toEqual(["Add"]);
    const folded = await foldConstants(graph, evaluate, { maxBytes: 200 });
    const feeds = { x: float32([1], [1]) };
    expect(await evaluate(folded, feeds)).toEqual(await evaluate(graph, feeds));
  });

  it("folds graph outputs under their names", async () => {
    const g = new GraphBuilder();
    g.output(g.op("Neg", [g.initializer(ramp(2))]), "y");
    const folded = await foldConstants(g.build(), evaluate);
    expect(folded.nodes).toEqual([]);
    expect(await evaluate(folded, {})).toEqual({ y: float32([2], [-0.1, -0.2]) });
  });

  it("folds the shape of what it knows, whole or in part", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", ["n", 4, 5]);
    const h = g.op("Relu", [x]);
    g.output(g.op("Shape", [x]), "all");
    g.output(g.op("Shape", [x], { start: 1 }), "known");
    g.output(g.op("Shape", [x], { start: -2, end: -1 }), "middle");
    g.output(g.op("Shape", [h], { start: 2 }), "probed");
    const known = new Map([[h, { name: h, dtype: "float32", shape: ["n", 4, 5] } as const]]);
    const folded = await foldConstants(g.build(), evaluate, { known });
    const values = (name: string) => folded.initializers.get(name);
    expect(values("all")).toBeUndefined();
    expect(values("known")).toEqual(int64([4, 5]));
    expect(values("middle")).toEqual(int64([4]));
    expect(values("probed")).toEqual(int64([5]));
  });

  it("folds nodes with subgraphs when all that these read is constant", async () => {
    const build = (captured: (g: GraphBuilder) => string) => {
      const g = new GraphBuilder();
      const value = captured(g);
      const inner = new GraphBuilder();
      inner.output(inner.op("Neg", [value]), "r");
      const branch = { type: "graph", value: inner.build() } as const;
      const condition: HostTensor = { dtype: "bool", shape: [], data: Uint8Array.of(1) };
      g.output(g.op("If", [g.initializer(condition)], { then_branch: branch, else_branch: branch }), "y");
      return g.build();
    };
    const constant = build((g) => g.initializer(ramp(2)));
    expect((await foldConstants(constant, evaluate)).nodes).toEqual([]);
    const variable = build((g) => g.input("x", "float32", [2]));
    expect(operators(await foldConstants(variable, evaluate))).toEqual(["If", "Identity"]);
  });

  it.each(conformanceModels())("computes the same for the real export $name", async ({ bytes }) => {
    const graph = readModel(bytes);
    const folded = await foldConstants(graph, evaluate);
    expect(folded.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
    expect(await evaluate(folded, feedsFor(graph))).toEqual(await evaluate(graph, feedsFor(graph)));
  });
});
