import { describe, expect, it } from "vitest";
import { type Graph, GraphBuilder, onnxOps, printGraph, type Value } from "@incipit/onnx";
import { evaluateFloat64, expectClose, randomTensors } from "@incipit/testing";
import { shaped, SIZES } from "../../test/shaped.js";
import { joinProducts } from "./join-products.js";

const { batch, seq } = SIZES;
const random = randomTensors(1);
const WEIGHT = random.normal([4, 4]);

/** A graph over `prefix` `[1, 2, 4]` and `text` `[batch, seq, 4]`, and functions that multiply by a weight `[4, 4]`. */
function over(
  build: (g: GraphBuilder, prefix: Value, text: Value, weight: Value) => readonly Value[],
): Graph {
  const g = new GraphBuilder();
  const prefix = g.input("prefix", "float32", [1, 2, 4]);
  const text = g.input("text", "float32", ["batch", "seq", 4]);
  for (const [i, value] of build(g, prefix, text, g.initializer(WEIGHT, "weight")).entries())
    g.output(value, `y${i}`);
  return g.build();
}

function feeds(examples = batch, length = seq) {
  return { prefix: random.normal([1, 2, 4]), text: random.normal([examples, length, 4]) };
}

async function joined(graph: Graph) {
  const before = await shaped(graph, feeds());
  return { before, after: joinProducts(before) };
}

const productsIn = ({ nodes }: Graph) => nodes.filter(({ opType }) => opType === "MatMul").length;

function expectSame(before: Graph, after: Graph, given = feeds()) {
  const [expected, actual] = [evaluateFloat64(before, given), evaluateFloat64(after, given)];
  for (const [name, value] of Object.entries(expected)) expectClose(actual[name], value, { relative: 1e-12 });
}

describe("joinProducts", () => {
  it("multiplies the rows of two values with one matrix at once", async () => {
    const { before, after } = await joined(
      over((g, prefix, text, weight) => [
        g.op("MatMul", [text, weight]),
        g.op("Tanh", [g.op("MatMul", [prefix, weight])]),
      ]),
    );
    expect(printGraph(after.graph)).toMatchInlineSnapshot(`
      "incipit(prefix: float32[1,2,4], text: float32[batch,seq,4]) -> (y0, y1) {
        weight = float32[4,4]
        joined/ints = int64[2]
        joined/ints_1 = int64[1]
        joined/ints_2 = int64[1]
        joined/ints_3 = int64[3]
        joined/ints_4 = int64[1]
        joined/ints_5 = int64[1]
        joined/Reshape:0 = Reshape(prefix, joined/ints)
        joined/Reshape:0_1 = Reshape(text, joined/ints)
        joined/Concat:0 = Concat<axis=0>(joined/Reshape:0, joined/Reshape:0_1)
        joined/MatMul:0 = MatMul(joined/Concat:0, weight)
        joined/Slice:0 = Slice(joined/MatMul:0, joined/ints_1, joined/ints_2, joined/ints_1)
        joined/Reshape:0_2 = Reshape(joined/Slice:0, joined/ints_3)
        Tanh:0 = Tanh(joined/Reshape:0_2)
        joined/Slice:0_1 = Slice(joined/MatMul:0, joined/ints_2, joined/ints_4, joined/ints_1)
        joined/Shape:0 = Shape<start=0, end=1>(text)
        joined/Shape:0_1 = Shape<start=1, end=2>(text)
        joined/Concat:0_1 = Concat<axis=0>(joined/Shape:0, joined/Shape:0_1, joined/ints_5)
        joined/Reshape:0_3 = Reshape(joined/Slice:0_1, joined/Concat:0_1)
        y0 = Identity(joined/Reshape:0_3)
        y1 = Identity(Tanh:0)
      }"
    `);
    expectSame(before.graph, after.graph);
    expectSame(before.graph, after.graph, feeds(2, 5));
  });

  it("knows the shapes of what comes out", async () => {
    const { after } = await joined(
      over((g, prefix, text, weight) => [g.op("MatMul", [text, weight]), g.op("MatMul", [prefix, weight])]),
    );
    const read = after.graph.nodes.filter(({ opType }) => opType === "Identity");
    expect(read.map(({ inputs: [value = ""] }) => after.shapes.get(value)?.shape)).toEqual([
      ["batch", "seq", 4],
      [1, 2, 4],
    ]);
  });

  it("joins products with one transposed matrix, as a gradient has them", async () => {
    const { before, after } = await joined(
      over((g, prefix, text, weight) => {
        const transposed = onnxOps(g).transpose(weight, [1, 0]);
        return [g.op("MatMul", [text, transposed]), g.op("MatMul", [prefix, transposed])];
      }),
    );
    expect(productsIn(after.graph)).toBe(1);
    expectSame(before.graph, after.graph);
  });

  it("leaves two products of which one depends on the other", async () => {
    const { before, after } = await joined(
      over((g, prefix, text, weight) => {
        const first = g.op("MatMul", [prefix, weight]);
        const sum = g.op("ReduceSum", [first], { keepdims: 1 });
        return [g.op("MatMul", [g.op("Add", [text, sum]), weight])];
      }),
    );
    expect(after).toBe(before);
  });

  it("joins of two pairs only one when either alone makes no cycle but both do", async () => {
    const { before, after } = await joined(
      over((g, prefix, text, weight) => {
        const other = g.initializer(random.normal([4, 4]), "other");
        const chain = (x: Value, first: Value, second: Value) =>
          g.op("MatMul", [g.op("Tanh", [g.op("MatMul", [x, first])]), second]);
        return [chain(prefix, weight, other), chain(text, other, weight)];
      }),
    );
    expect(productsIn(before.graph)).toBe(4);
    expect(productsIn(after.graph)).toBe(3);
    expectSame(before.graph, after.graph);
  });

  it.each<[string, Parameters<typeof over>[0]]>([
    [
      "two values whose numbers of rows vary",
      (g, _, text, weight) => [
        g.op("MatMul", [text, weight]),
        g.op("MatMul", [g.op("Tanh", [text]), weight]),
      ],
    ],
    [
      "three values",
      (g, prefix, text, weight) =>
        [text, prefix, g.op("Tanh", [prefix])].map((x) => g.op("MatMul", [x, weight])),
    ],
    [
      "a matrix for each example",
      (g, prefix, text) => {
        const matrix = g.op("MatMul", [onnxOps(g).transpose(text, [0, 2, 1]), text]);
        return [g.op("MatMul", [prefix, matrix]), g.op("MatMul", [text, matrix])];
      },
    ],
  ])("leaves products of %s", async (_, build) => {
    const { before, after } = await joined(over(build));
    expect(after).toBe(before);
  });

  it("leaves a product that is given out", async () => {
    const g = new GraphBuilder(
      over((builder, prefix, text, weight) => [
        builder.op("MatMul", [prefix, weight]),
        builder.op("MatMul", [text, weight]),
      ]),
    );
    g.clearOutputs();
    for (const { opType, outputs } of g.build().nodes) if (opType === "MatMul") g.output(outputs[0] ?? "");
    const { before, after } = await joined(g.build());
    expect(after).toBe(before);
  });
});
