import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GraphBuilder, onnxOps, removeDeadNodes, type Value } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { randomTensors } from "@incipit/testing";
import { tensor } from "@incipit/tensor";
import type { ShapedGraph } from "../pass.js";
import { int8Products } from "./int8-products.js";
import { quantizeMatrix } from "./quantize-matrix.js";

const random = randomTensors(5);
const WIDTH = 64;
const bias = random.normal([WIDTH]);
const weight = random.normal([WIDTH, WIDTH]);

/** `loss = y = x·W + b`; and `back = g·Wᵀ`, which the loss does not need. */
function forwardAndBack(): ShapedGraph {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const w = g.initializer(weight, "w");
  const product = ops.matmul(g.input("x", "float32", ["rows", WIDTH]), w);
  g.output(ops.add(product, ops.constant(bias)), "y");
  g.output(ops.matmul(g.input("g", "float32", ["rows", WIDTH]), ops.transpose(w, [1, 0])), "back");
  return { graph: g.build(), shapes: new Map() };
}

const int8 = int8Products({ forward: ["y"], limit: 127 });

/** ‖actual − expected‖ / ‖expected‖ of each row. */
function rowErrors(actual: ArrayLike<number>, expected: ArrayLike<number>): readonly number[] {
  const rows = actual.length / WIDTH;
  return Array.from({ length: rows }, (_, row) => {
    let [off, size] = [0, 0];
    for (let i = row * WIDTH; i < (row + 1) * WIDTH; i++) {
      off += ((actual[i] ?? 0) - (expected[i] ?? 0)) ** 2;
      size += (expected[i] ?? 0) ** 2;
    }
    return Math.sqrt(off / size);
  });
}

describe("int8Products", () => {
  it("computes both products in 8 bits, each with a matrix of its own, and the bias with the first", () => {
    const { graph } = int8(forwardAndBack());
    const products = graph.nodes.filter(({ opType }) => opType === "DynamicQuantizeMatMul");
    expect(products.map(({ inputs }) => inputs.slice(1))).toEqual([
      ["w/int8", "w/scales", "", "constant"],
      ["w/int8_1", "w/scales_1"],
    ]);
    expect(graph.initializers.has("w")).toBe(false);
  });

  it("is within three percent forward, and backward in every row, small as it may be", async () => {
    const rows = 16;
    const g = random.normal([rows, WIDTH]);
    const sizes = g.data.map((value, i) => value * 10 ** -Math.floor(i / WIDTH));
    const feeds = { x: random.normal([rows, WIDTH]), g: tensor("float32", [rows, WIDTH], sizes) };
    const exact = await evaluate(forwardAndBack().graph, feeds);
    const rounded = await evaluate(int8(forwardAndBack()).graph, feeds);
    for (const name of ["y", "back"]) {
      const errors = rowErrors(rounded[name]?.data as Float32Array, exact[name]?.data as Float32Array);
      expect(Math.max(...errors)).toBeLessThan(0.03);
    }
  });

  it("gives zeros for rows of zeros", async () => {
    const zeros = tensor("float32", [2, WIDTH], new Float32Array(2 * WIDTH));
    const { back } = await evaluate(int8(forwardAndBack()).graph, { x: zeros, g: zeros });
    expect(back).toEqual(zeros);
  });

  it("takes a constant factor of a gradient's product into the scales", async () => {
    const halved = (shaped: ShapedGraph): ShapedGraph => {
      const product = shaped.graph.nodes.find(({ outputs }) => outputs[0] === "back")?.inputs[0];
      const g = new GraphBuilder({ ...shaped.graph, outputs: [] });
      g.output("y");
      g.output(onnxOps(g).mul(product as Value, g.initializer(tensor("float32", [], [0.5]))), "half");
      return { ...shaped, graph: removeDeadNodes(g.build()) };
    };
    const { graph } = int8(halved(forwardAndBack()));
    expect(graph.nodes.filter(({ opType }) => opType === "Mul")).toHaveLength(2);
    const feeds = { x: random.normal([4, WIDTH]), g: random.normal([4, WIDTH]) };
    const { back } = await evaluate(int8(forwardAndBack()).graph, feeds);
    const { half } = await evaluate(graph, feeds);
    const expected = (back?.data as Float32Array).map((value) => value / 2);
    expect(Math.max(...rowErrors(half?.data as Float32Array, expected))).toBeLessThan(1e-6);
  });

  it("takes a constant factor of what a forward product reads into the scales", async () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = ops.mul(g.input("x", "float32", ["rows", WIDTH]), g.initializer(tensor("float32", [], [0.5])));
    g.output(ops.matmul(x, g.initializer(weight, "w")), "y");
    const before = { graph: g.build(), shapes: new Map() };
    const { graph } = int8(before);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(["DynamicQuantizeMatMul", "Identity"]);
    const feeds = { x: random.normal([4, WIDTH]) };
    const [exact, rounded] = [await evaluate(before.graph, feeds), await evaluate(graph, feeds)];
    const errors = rowErrors(rounded["y"]?.data as Float32Array, exact["y"]?.data as Float32Array);
    expect(Math.max(...errors)).toBeLessThan(0.03);
  });

  it("of a quantised model takes the gradient's products, and leaves the forward ones as they are", async () => {
    const { values, scales } = quantizeMatrix(weight, { transposed: false, limit: 127 });
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const [integers, scale] = [g.initializer(values, "w"), g.initializer(scales, "scales")];
    const product = g.op(
      "DynamicQuantizeMatMul",
      [g.input("x", "float32", ["rows", WIDTH]), integers, scale],
      {},
      { domain: "com.microsoft" },
    );
    g.output(product, "y");
    const dequantized = g.op("DequantizeLinear", [integers, scale], { axis: 1 });
    g.output(
      ops.matmul(g.input("g", "float32", ["rows", WIDTH]), ops.transpose(dequantized, [1, 0])),
      "back",
    );
    const before = { graph: g.build(), shapes: new Map() };
    const after = int8Products({ forward: ["y"], limit: 127, products: "already" })(before).graph;
    expect(after.nodes.map(({ opType }) => opType)).toEqual([
      "DynamicQuantizeMatMul",
      "Identity",
      "Abs",
      "ReduceMax",
      "Max",
      "Reciprocal",
      "Mul",
      "DynamicQuantizeMatMul",
      "Mul",
      "Identity",
    ]);
    const feeds = { x: random.normal([4, WIDTH]), g: random.normal([4, WIDTH]) };
    const [exact, rounded] = [await evaluate(before.graph, feeds), await evaluate(after, feeds)];
    expect(rounded["y"]).toEqual(exact["y"]);
    const errors = rowErrors(rounded["back"]?.data as Float32Array, exact["back"]?.data as Float32Array);
    expect(Math.max(...errors)).toBeLessThan(0.03);
  });

  it("leaves products of activations, small matrices and what is trained", () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = g.input("x", "float32", [WIDTH, WIDTH]);
    g.output(ops.matmul(x, x), "y");
    g.output(ops.matmul(x, ops.constant(random.normal([WIDTH, 2]))), "small");
    g.output(ops.matmul(x, g.input("trained", "float32", [WIDTH, WIDTH])), "head");
    const before = { graph: g.build(), shapes: new Map() };
    expect(int8(before).graph.nodes).toEqual(before.graph.nodes);
  });
});

describe("quantizeMatrix", () => {
  it("rounds each entry to the nearest multiple of its column's scale, transposed or not", () => {
    const size = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.boolean(),
        fc.constantFrom(63, 127),
        fc.nat(),
        (rows, columns, transposed, limit, seed) => {
          const matrix = randomTensors(seed).normal([rows, columns]);
          const { values, scales } = quantizeMatrix(matrix, { transposed, limit });
          expect(values.shape).toEqual(transposed ? [columns, rows] : [rows, columns]);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const scale = scales.data[transposed ? i : j] ?? 0;
              const at = transposed ? j * rows + i : i * columns + j;
              const value = matrix.data[i * columns + j] ?? 0;
              expect(Math.abs((values.data[at] ?? 0) * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
            }
          }
          expect(Math.max(...values.data.map(Math.abs))).toBe(limit);
        },
      ),
    );
  });

  it("leaves a column of zeros at zero", () => {
    const { values, scales } = quantizeMatrix(tensor("float32", [2, 1], [0, 0]), {
      transposed: false,
      limit: 127,
    });
    expect([...values.data, ...scales.data]).toEqual([0, 0, 0]);
  });
});
