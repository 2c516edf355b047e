import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Graph,
  GraphBuilder,
  int64,
  onnxOps,
  printGraph,
  type Value,
  type ValueTensors,
} from "@incipit/onnx";
import { evaluateFloat64, expectClose, randomTensors, tinyEncoder } from "@incipit/testing";
import { tensor } from "@incipit/tensor";
import { shaped, SIZES } from "../../test/shaped.js";
import type { ShapedGraph } from "../pass.js";
import { pushSelectionsUp } from "./push-selections-up.js";

const { batch, seq } = SIZES;
const random = randomTensors(1);
const operators = ({ graph }: ShapedGraph) => graph.nodes.map(({ opType }) => opType);

/** A graph over `x` `[batch, seq, 4]`, and the feeds for it. */
function over(build: (g: GraphBuilder, x: Value) => Value) {
  const g = new GraphBuilder();
  g.output(build(g, g.input("x", "float32", ["batch", "seq", 4])), "y");
  return { graph: g.build(), feeds: { x: random.normal([batch, seq, 4]) } };
}

async function pushed({ graph, feeds }: { graph: Graph; feeds: ValueTensors }): Promise<ShapedGraph> {
  return pushSelectionsUp(await shaped(graph, feeds));
}

function expectSame(before: ShapedGraph["graph"], after: ShapedGraph["graph"], feeds: ValueTensors) {
  const expected = evaluateFloat64(before, feeds);
  const actual = evaluateFloat64(after, feeds);
  for (const [name, value] of Object.entries(expected)) expectClose(actual[name], value, { relative: 1e-12 });
}

describe("pushSelectionsUp", () => {
  it("leaves of a projection the columns that are read", async () => {
    const model = over((g, x) => {
      const logits = g.op("MatMul", [x, g.initializer(random.normal([4, 50]), "table")]);
      const biased = g.op("Add", [logits, g.initializer(random.normal([50]), "bias")]);
      return g.op("Gather", [biased, g.initializer(int64([7, 31]), "words")], { axis: 2 });
    });
    const after = await pushed(model);
    expect(printGraph(after.graph)).toMatchInlineSnapshot(`
      "incipit(x: float32[batch,seq,4]) -> (y) {
        bias/selected = float32[2]
        table/selected = float32[4,2]
        MatMul:0/selected = MatMul(x, table/selected)
        Gather:0 = Add(MatMul:0/selected, bias/selected)
        y = Identity(Gather:0)
      }"
    `);
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("computes of a layer the rows that are read, and nothing of the others", async () => {
    const model = over((g, x) => {
      const ops = onnxOps(g);
      const hidden = ops.gelu(ops.matmul(x, ops.constant(random.normal([4, 8]))));
      const sum = ops.add(x, ops.matmul(hidden, ops.constant(random.normal([8, 4]))));
      const normal = ops.layerNorm(
        sum,
        ops.constant(random.normal([4])),
        ops.constant(random.normal([4])),
        1e-5,
      );
      return ops.slice(normal, 1, 0, 1);
    });
    const after = await pushed(model);
    const [first] = after.graph.nodes;
    expect([first?.opType, first?.inputs[0]]).toEqual(["Slice", "x"]);
    expect(operators(after).filter((opType) => opType === "Slice")).toHaveLength(1);
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("takes a row by number, which drops the axis", async () => {
    const model = over((g, x) => {
      const product = g.op("MatMul", [x, g.initializer(random.normal([4, 4]))]);
      return g.op("Gather", [product, g.initializer(tensor("int64", [], [2]))], { axis: 1 });
    });
    const after = await pushed(model);
    expect(operators(after)).toEqual(["Gather", "MatMul", "Squeeze", "Identity"]);
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("takes rows of each example's own, as far as examples stay apart", async () => {
    const model = over((g, x) => {
      const ops = onnxOps(g);
      const positions = ops.add(x, ops.constant(random.normal([1, seq, 4])));
      const rows = ops.constant(tensor("int64", [batch, 1], [4, 0, 6]));
      return ops.gatherRows(ops.matmul(positions, ops.constant(random.normal([4, 4]))), rows);
    });
    const after = await pushed(model);
    // Not past the sum with positions, which all examples share.
    expect(operators(after).filter((opType) => opType !== "Unsqueeze" && opType !== "Cast")).toEqual([
      "Add",
      "GatherND",
      "MatMul",
      "Identity",
    ]);
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("does not compute twice what something else reads", async () => {
    const model = over((g, x) => {
      const product = g.op("MatMul", [x, g.initializer(random.normal([4, 4]))]);
      g.output(product, "all");
      return onnxOps(g).slice(product, 1, 0, 1);
    });
    expect(operators(await pushed(model))).toEqual(operators(await shaped(model.graph, model.feeds)));
  });

  it("passes a Split of which every part that is read has the same taken", async () => {
    const model = over((g, x) => {
      const ops = onnxOps(g);
      const wide = ops.matmul(x, ops.constant(random.normal([4, 6])));
      const parts = g.ops("Split", [wide], { axis: 2, num_outputs: 3 }, { outputs: 3 });
      const [a, , c] = parts.map((part) => ops.slice(part, 1, 2));
      return ops.mul(a!, c!);
    });
    const after = await pushed(model);
    expect(operators(after)).toEqual(["Slice", "MatMul", "Split", "Mul", "Identity"]);
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("does not pass a Split of whose parts different rows are taken", async () => {
    const model = over((g, x) => {
      const ops = onnxOps(g);
      const [a, b] = g.ops("Split", [g.op("Neg", [x])], { axis: 2, num_outputs: 2 }, { outputs: 2 });
      return ops.mul(ops.slice(a!, 1, 0, 2), ops.slice(b!, 1, 1, 3));
    });
    const after = await pushed(model);
    expect(operators(after)).toEqual(operators(await shaped(model.graph, model.feeds)));
  });

  it("lets rows pass columns, and never the reverse", async () => {
    const model = over((g, x) => {
      const ops = onnxOps(g);
      const half = ops.slice(g.op("Neg", [x]), 2, 0, 2);
      return ops.slice(half, 1, 3);
    });
    const after = await pushed(model);
    expect(after.graph.nodes.map(({ opType, inputs }) => `${opType} ${inputs[0]}`)).toEqual([
      "Slice x",
      "Slice x/selected",
      expect.stringMatching(/^Neg/),
      expect.stringMatching(/^Identity/),
    ]);
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("looks up the rows that are read", async () => {
    const g = new GraphBuilder();
    const ids = g.input("ids", "int64", ["batch", "seq"]);
    const rows = g.op("Gather", [g.initializer(random.normal([9, 4])), ids]);
    g.output(onnxOps(g).slice(rows, 1, 2, 5), "y");
    const feeds = {
      ids: tensor(
        "int64",
        [batch, seq],
        Array.from({ length: batch * seq }, (_, i) => i % 9),
      ),
    };
    const after = await pushed({ graph: g.build(), feeds });
    expect(operators(after)).toEqual(["Slice", "Gather", "Identity"]);
    expectSame(g.build(), after.graph, feeds);
  });

  it.each([
    ["the one operand that is read", 0, 2, ["Neg", "Identity", "Identity"]],
    ["the others", 2, 2 ** 63, ["Exp", "Identity", "Identity"]],
    ["a part of one", 0, 1, ["Neg", "Exp", "Concat", "Slice", "Identity"]],
  ] as const)("takes of joined rows %s", async (_, from, to, expected) => {
    const model = over((g, x) => {
      const ops = onnxOps(g);
      const first = g.op("Neg", [ops.constant(random.normal([batch, 2, 4]))]);
      return ops.slice(ops.concat([first, g.op("Exp", [x])], 1), 1, from, to);
    });
    const after = await pushed(model);
    expect(operators(after)).toEqual(expected);
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("does not read a selection that it has dropped", async () => {
    const model = over((g, x) => {
      const ops = onnxOps(g);
      const negative = g.op("Neg", [x]);
      // Both shapes are read by a Reshape alone, until its target is a constant.
      const sizes = ops.slice(g.op("Shape", [negative]), 0, 0, 2);
      const width = ops.slice(g.op("Shape", [ops.slice(g.op("Tanh", [x]), 1, 0, 2)]), 0, 2, 3);
      const same = g.op("Reshape", [g.op("Exp", [x]), g.op("Concat", [sizes, width], { axis: 0 })]);
      const average = ops.mean(ops.slice(same, 2, 0, 1), [1], true);
      return ops.add(average, ops.slice(negative, 1, 0, 2));
    });
    const after = await pushed(model);
    expect(operators(after)).not.toContain("Shape");
    expectSame(model.graph, after.graph, model.feeds);
  });

  it("stays below what mixes rows", async () => {
    const model = over((g, x) => onnxOps(g).slice(g.op("Softmax", [x], { axis: 1 }), 1, 0, 2));
    expect(operators(await pushed(model))).toEqual(["Softmax", "Slice", "Identity"]);
  });

  it("reads one row of an encoder's last layer, keys and values of all", async () => {
    const encoder = tinyEncoder({ layers: 2 });
    const g = new GraphBuilder({ ...encoder, outputs: [] });
    g.output(onnxOps(g).slice(encoder.outputs[0]?.name ?? "", 1, 0, 1), "first");
    const graph = g.build();
    const ids = Array.from({ length: batch * seq }, (_, i) => i % 20);
    const feeds = {
      input_ids: tensor("int64", [batch, seq], ids),
      attention_mask: tensor(
        "int64",
        [batch, seq],
        ids.map((_, i) => (i % seq < 5 ? 1 : 0)),
      ),
    };
    const before = await shaped(graph, feeds);
    const after = pushSelectionsUp(before);
    expectSame(graph, after.graph, feeds);
    const rows = (model: ShapedGraph) =>
      model.graph.nodes.filter(
        ({ opType, inputs: [x = ""] }) => opType === "MatMul" && model.shapes.get(x)?.shape[1] === "seq",
      ).length;
    // Query, output and the two products of the feed-forward part.
    expect(rows(before) - rows(after)).toBe(4);
  });

  it("changes no result, whatever is computed along the way", async () => {
    const unary = fc.constantFrom("Neg", "Tanh", "Exp", "Softmax", "LayerNormalization");
    const step = fc.oneof(
      unary,
      fc.constantFrom("matmul", "add bias", "add itself", "transpose", "heads", "reduce"),
    );
    const slice = fc.record({ axis: fc.nat(2), start: fc.nat(1), size: fc.integer({ min: 1, max: 2 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), slice, async (steps, { axis, start, size }) => {
        const model = over((g, x) => {
          const ops = onnxOps(g);
          const apply: Readonly<Record<string, (value: Value) => Value>> = {
            matmul: (value) => ops.matmul(value, ops.constant(random.normal([4, 4]))),
            "add bias": (value) => ops.add(value, ops.constant(random.normal([4]))),
            "add itself": (value) => ops.add(value, value),
            transpose: (value) => ops.transpose(ops.transpose(value, [1, 2, 0]), [2, 0, 1]),
            heads: (value) =>
              g.op("Reshape", [
                g.op("Reshape", [value, ops.constant(int64([0, 0, 2, 2]))]),
                ops.constant(int64([0, 0, 4])),
              ]),
            reduce: (value) => ops.mul(value, ops.mean(value, [2], true)),
            LayerNormalization: (value) =>
              ops.layerNorm(value, ops.constant(random.normal([4])), ops.constant(random.normal([4])), 1e-5),
          };
          const end = steps.reduce((value, name) => apply[name]?.(value) ?? g.op(name, [value]), x);
          return ops.slice(end, axis, start, start + size);
        });
        expectSame(model.graph, (await pushed(model)).graph, model.feeds);
      }),
      { numRuns: 100 },
    );
  });
});
