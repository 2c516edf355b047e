import type { Dim, Ops } from "@incipit/core";
import { float } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { DATA_TYPE, int64 } from "../graph/tensors.js";
import type { GraphBuilder } from "./builder.js";

/** As ONNX has it: an end far beyond any axis. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** The second interpreter of `Ops<T>`: every operation adds nodes to `g`. Values of every float dtype; scalars are float32. */
export function onnxOps(g: GraphBuilder): Ops<Value> {
  const integers = new Map<string, Value>();
  const ints = (values: readonly number[]): Value => {
    const key = values.join();
    let name = integers.get(key);
    if (name === undefined) integers.set(key, (name = g.initializer(int64(values), "ints")));
    return name;
  };
  const shapeOf = (dims: readonly Dim<Value>[]): Value => {
    if (dims.every((dim) => typeof dim === "number")) return ints(dims);
    const parts = dims.map((dim) =>
      typeof dim === "number"
        ? ints([dim])
        : g.op("Shape", [dim.of], dim.axis === -1 ? { start: -1 } : { start: dim.axis, end: dim.axis + 1 }),
    );
    return parts.length === 1 ? (parts[0] as Value) : g.op("Concat", parts, { axis: 0 });
  };
  const unary = (opType: string) => (x: Value) => g.op(opType, [x]);
  const binary = (opType: string) => (a: Value, b: Value) => g.op(opType, [a, b]);
  const reduce =
    (opType: string) =>
    (x: Value, axes: readonly number[], keepDims = false) => {
      const attributes = { keepdims: keepDims ? 1 : 0 };
      // ReduceSum takes its axes as an input since opset 13, the other reductions since 18.
      return opType === "ReduceSum" || g.opset >= 18
        ? g.op(opType, [x, ints(axes)], attributes)
        : g.op(opType, [x], { ...attributes, axes });
    };
  const scalar = (value: number) =>
    g.initializer({ dtype: "float32", shape: [], data: Float32Array.of(value) }, "scalar");

  return {
    constant: (tensor) => g.initializer(tensor),
    scalar,
    add: binary("Add"),
    sub: binary("Sub"),
    mul: binary("Mul"),
    div: binary("Div"),
    maximum: binary("Max"),
    minimum: binary("Min"),
    neg: unary("Neg"),
    abs: unary("Abs"),
    exp: unary("Exp"),
    log: unary("Log"),
    sqrt: unary("Sqrt"),
    tanh: unary("Tanh"),
    sigmoid: unary("Sigmoid"),
    relu: unary("Relu"),
    erf: unary("Erf"),
    gelu: (x) => {
      const half = g.op("Mul", [x, scalar(0.5)]);
      const cdf2 = g.op("Add", [g.op("Erf", [g.op("Mul", [x, scalar(Math.SQRT1_2)])]), scalar(1)]);
      return g.op("Mul", [half, cdf2]);
    },
    equal: binary("Equal"),
    less: binary("Less"),
    greater: binary("Greater"),
    not: unary("Not"),
    and: binary("And"),
    where: (condition, a, b) => g.op("Where", [condition, a, b]),
    cast: (x, dtype) => g.op("Cast", [x], { to: DATA_TYPE[dtype] }),
    matmul: binary("MatMul"),
    transpose: (x, permutation) => g.op("Transpose", [x], { perm: permutation }),
    reshape: (x, shape) => g.op("Reshape", [x, shapeOf(shape)]),
    expand: (x, shape) => g.op("Expand", [x, shapeOf(shape)]),
    concat: (parts, axis) => g.op("Concat", parts, { axis }),
    slice: (x, axis, start, end) =>
      g.op("Slice", [x, ints([start]), ints([end ?? TO_THE_END]), ints([axis])]),
    gather: (x, indices, axis) => g.op("Gather", [x, indices], { axis }),
    gatherElements: (x, indices, axis) => g.op("GatherElements", [x, indices], { axis }),
    gatherRows: (x, indices) => {
      const tuples = g.op("Unsqueeze", [g.op("Cast", [indices], { to: DATA_TYPE.int64 }), ints([-1])]);
      return g.op("GatherND", [x, tuples], { batch_dims: 1 });
    },
    oneHot: (indices, depth) =>
      g.op(
        "OneHot",
        [
          // ONNX Runtime has no OneHot for int32 indices with an int64 depth.
          g.op("Cast", [indices], { to: DATA_TYPE.int64 }),
          ints([depth]),
          g.initializer({ dtype: "float32", shape: [2], data: Float32Array.of(0, 1) }, "offOn"),
        ],
        { axis: -1 },
      ),
    sum: reduce("ReduceSum"),
    mean: reduce("ReduceMean"),
    max: reduce("ReduceMax"),
    argMax: (x, axis) => g.op("ArgMax", [x], { axis, keepdims: 0 }),
    softmax: (x, axis) => g.op("Softmax", [x], { axis }),
    logSoftmax: (x, axis) => g.op("LogSoftmax", [x], { axis }),
    layerNorm: (x, scale, bias, epsilon) =>
      g.op("LayerNormalization", [x, scale, bias], { axis: -1, epsilon: float(epsilon) }),
  };
}
