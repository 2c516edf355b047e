import { describe, expect, it } from "vitest";
import type { DType, HostTensor, Ops } from "@incipit/core";
import { evaluate } from "../../test/ort.js";
import { float32, int64Tensor, ramp } from "../../test/tensors.js";
import type { Value } from "../graph/graph.js";
import { formatType } from "../graph/tensors.js";
import { GraphBuilder } from "./builder.js";
import { onnxOps } from "./ops.js";

/** Inputs of the graphs: floats, indices, and conditions. */
const feeds = {
  x: ramp(2, 3, 4),
  y: ramp(3, 1),
  indices: int64Tensor([2], [2, 0]),
  places: int64Tensor([2, 3, 1], [0, 1, 2, 3, 0, 1]),
  flags: { dtype: "bool", shape: [3, 1], data: Uint8Array.of(1, 0, 1) },
} as const satisfies Record<string, HostTensor>;
type Inputs = Record<keyof typeof feeds, Value>;

/** For every operation a use of it, and the type of the result. */
const uses: Record<keyof Ops<Value>, readonly [string, (ops: Ops<Value>, inputs: Inputs) => Value][]> = {
  constant: [["int64[2]", (ops) => ops.constant(int64Tensor([2], [1, 2]))]],
  scalar: [["float32[]", (ops) => ops.scalar(1)]],
  add: [["float32[2,3,4]", (ops, { x, y }) => ops.add(x, y)]],
  sub: [["float32[2,3,4]", (ops, { x, y }) => ops.sub(x, y)]],
  mul: [["float32[2,3,4]", (ops, { x, y }) => ops.mul(x, y)]],
  div: [["float32[2,3,4]", (ops, { x, y }) => ops.div(x, y)]],
  maximum: [
    ["float32[2,3,4]", (ops, { x, y }) => ops.maximum(x, y)],
    ["int64[2]", (ops, { indices }) => ops.maximum(indices, indices)],
  ],
  minimum: [
    ["float32[2,3,4]", (ops, { x, y }) => ops.minimum(x, y)],
    ["int64[2]", (ops, { indices }) => ops.minimum(indices, indices)],
  ],
  neg: [["float32[2,3,4]", (ops, { x }) => ops.neg(x)]],
  abs: [["float32[2,3,4]", (ops, { x }) => ops.abs(x)]],
  exp: [["float32[2,3,4]", (ops, { x }) => ops.exp(x)]],
  log: [["float32[2,3,4]", (ops, { x }) => ops.log(x)]],
  sqrt: [["float32[2,3,4]", (ops, { x }) => ops.sqrt(x)]],
  tanh: [["float32[2,3,4]", (ops, { x }) => ops.tanh(x)]],
  sigmoid: [["float32[2,3,4]", (ops, { x }) => ops.sigmoid(x)]],
  relu: [["float32[2,3,4]", (ops, { x }) => ops.relu(x)]],
  erf: [["float32[2,3,4]", (ops, { x }) => ops.erf(x)]],
  gelu: [["float32[2,3,4]", (ops, { x }) => ops.gelu(x)]],
  equal: [
    ["bool[2,3,4]", (ops, { x, y }) => ops.equal(x, y)],
    ["bool[2]", (ops, { indices }) => ops.equal(indices, ops.constant(int64Tensor([], [2])))],
    ["bool[3,1]", (ops, { flags }) => ops.equal(flags, flags)],
  ],
  less: [
    ["bool[2,3,4]", (ops, { x, y }) => ops.less(x, y)],
    ["bool[2]", (ops, { indices }) => ops.less(indices, indices)],
  ],
  greater: [
    ["bool[2,3,4]", (ops, { x, y }) => ops.greater(x, y)],
    ["bool[2]", (ops, { indices }) => ops.greater(indices, indices)],
  ],
  not: [["bool[3,1]", (ops, { flags }) => ops.not(flags)]],
  and: [["bool[3,1]", (ops, { flags }) => ops.and(flags, flags)]],
  where: [
    ["float32[2,3,4]", (ops, { flags, x, y }) => ops.where(flags, x, y)],
    ["int64[3,2]", (ops, { flags, indices }) => ops.where(flags, indices, indices)],
  ],
  cast: (["float32", "int32", "int64", "bool"] as const).flatMap((dtype) => [
    [`${dtype}[3,1]`, (ops: Ops<Value>, { y }: Inputs) => ops.cast(y, dtype)] as const,
    [`${dtype}[3,1]`, (ops: Ops<Value>, { flags }: Inputs) => ops.cast(flags, dtype)] as const,
    [`${dtype}[2]`, (ops: Ops<Value>, { indices }: Inputs) => ops.cast(indices, dtype)] as const,
  ]),
  matmul: [["float32[2,3,3]", (ops, { x }) => ops.matmul(x, ops.transpose(x, [0, 2, 1]))]],
  transpose: [["float32[4,2,3]", (ops, { x }) => ops.transpose(x, [2, 0, 1])]],
  reshape: [
    ["float32[6,4]", (ops, { x }) => ops.reshape(x, [-1, 4])],
    ["float32[2,12]", (ops, { x }) => ops.reshape(x, [{ of: x, axis: 0 }, -1])],
    ["float32[4,6]", (ops, { x }) => ops.reshape(x, [{ of: x, axis: -1 }, 6])],
    ["float32[3,8]", (ops, { x }) => ops.reshape(x, [{ of: x, axis: -2 }, 8])],
    ["float32[]", (ops) => ops.reshape(ops.constant(ramp(1)), [])],
  ],
  expand: [
    ["float32[5,3,2]", (ops, { y }) => ops.expand(y, [5, 3, 2])],
    ["float32[2,3,1]", (ops, { x, y }) => ops.expand(y, [{ of: x, axis: 0 }, 3, 1])],
    ["bool[3,4]", (ops, { flags, x }) => ops.expand(flags, [3, { of: x, axis: 2 }])],
  ],
  concat: [["float32[2,3,8]", (ops, { x }) => ops.concat([x, x], -1)]],
  slice: [
    ["float32[2,2,4]", (ops, { x }) => ops.slice(x, 1, 1)],
    ["float32[2,3,2]", (ops, { x }) => ops.slice(x, -1, -3, -1)],
  ],
  gather: [["float32[2,2,4]", (ops, { x, indices }) => ops.gather(x, indices, 1)]],
  gatherElements: [["float32[2,3,1]", (ops, { x, places }) => ops.gatherElements(x, places, 2)]],
  gatherRows: [["float32[2,1,4]", (ops, { x, indices }) => ops.gatherRows(x, ops.reshape(indices, [2, 1]))]],
  oneHot: [
    ["float32[2,5]", (ops, { indices }) => ops.oneHot(indices, 5)],
    ["float32[2,5]", (ops, { indices }) => ops.oneHot(ops.cast(indices, "int32"), 5)],
  ],
  sum: [
    ["float32[2]", (ops, { x }) => ops.sum(x, [1, -1])],
    ["float32[2,3,1]", (ops, { x }) => ops.sum(x, [2], true)],
    ["int64[]", (ops, { indices }) => ops.sum(indices, [0])],
  ],
  mean: [["float32[3,4]", (ops, { x }) => ops.mean(x, [0])]],
  max: [["float32[2,3,1]", (ops, { x }) => ops.max(x, [-1], true)]],
  argMax: [["int64[2,4]", (ops, { x }) => ops.argMax(x, 1)]],
  softmax: [["float32[2,3,4]", (ops, { x }) => ops.softmax(x, 1)]],
  logSoftmax: [["float32[2,3,4]", (ops, { x }) => ops.logSoftmax(x, -1)]],
  layerNorm: [
    ["float32[2,3,4]", (ops, { x }) => ops.layerNorm(x, ops.constant(ramp(4)), ops.constant(ramp(4)), 1e-5)],
  ],
};

/** What a use gives, in a model of the given operator set. */
async function run(use: (ops: Ops<Value>, inputs: Inputs) => Value, opset = 18): Promise<HostTensor> {
  const g = new GraphBuilder({ ...new GraphBuilder().build(), opsets: { "": opset } });
  for (const [name, { dtype }] of Object.entries<{ dtype: DType }>(feeds)) g.input(name, dtype);
  const names = Object.fromEntries(Object.keys(feeds).map((name) => [name, name])) as Inputs;
  g.output(use(onnxOps(g), names), "result");
  return (await evaluate(g.build(), feeds))["result"]!;
}

describe("onnxOps", () => {
  for (const [name, examples] of Object.entries(uses)) {
    it(`${name} gives a graph that ONNX Runtime accepts`, async () => {
      for (const [type, use] of examples) {
        const { dtype, shape } = await run(use);
        expect(formatType(dtype, shape)).toBe(type);
      }
    });
  }

  it.each([13, 17, 18, 21])("reduces in operator set %i", async (opset) => {
    expect(await run((ops, { y }) => ops.sum(y, [0, 1]), opset)).toEqual(float32([], [0.1 + 0.2 + 0.3]));
    expect(await run((ops, { y }) => ops.max(y, [0]), opset)).toEqual(float32([1], [0.3]));
  });

  it("stores equal sizes once", () => {
    const g = new GraphBuilder();
    const ops = onnxOps(g);
    const x = g.input("x", "float32", [4]);
    ops.reshape(ops.reshape(x, [2, 2]), [2, 2]);
    expect(g.build().initializers.size).toBe(1);
  });
});
