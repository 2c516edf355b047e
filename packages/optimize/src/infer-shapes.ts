/** @file Shapes of what a gradient is made of, from those of the graph that was probed. */
import {
  intAttribute,
  intsAttribute,
  type Graph,
  type Node,
  producersOf,
  type Value,
  type Shape,
  type ShapedValue,
} from "@incipit/onnx";
import type { HostTensor } from "@incipit/core";
import { integers } from "./integers.js";
import type { ShapedGraph } from "./pass.js";

/**
 * The graph with the shapes of further values, as far as they follow from the known ones by the rules of the operators that
 * gradients are made of. What another operator makes stays unknown.
 */
export function inferShapes({ graph, shapes }: ShapedGraph): ShapedGraph {
  const known = new Map(shapes);
  for (const [name, { dtype, shape }] of graph.initializers) known.set(name, { name, dtype, shape });
  for (const { name, dtype, shape } of graph.inputs) {
    if (!known.has(name) && shape?.every((dim) => dim !== undefined) === true)
      known.set(name, { name, dtype, shape });
  }
  const producers = producersOf(graph);
  for (const node of graph.nodes) {
    const [output = "", ...statistics] = node.outputs;
    const [first = "", second = ""] = node.inputs;
    const source = known.get(node.opType === "Where" ? second : first)?.dtype;
    const dtype = node.opType === "IsNaN" ? "bool" : source;
    const shape = dtype === undefined ? undefined : shapeOf(node, { graph, producers, known });
    if (dtype === undefined || shape === undefined) continue;
    if (!known.has(output)) known.set(output, { name: output, dtype, shape });
    if (node.opType !== "LayerNormalization" || intAttribute(node, "axis", -1) !== -1) continue;
    for (const name of statistics) known.set(name, { name, dtype, shape: shape.with(-1, 1) });
  }
  return { graph, shapes: known };
}

interface Context {
  readonly graph: Graph;
  readonly producers: ReadonlyMap<Value, Node>;
  readonly known: ReadonlyMap<Value, ShapedValue>;
}

const UNARY: ReadonlySet<string> = new Set([
  ...["Neg", "Abs", "Exp", "Log", "Sqrt", "Reciprocal", "Erf", "Tanh", "Sigmoid", "Relu", "Sign", "Identity"],
  ...["Softmax", "LogSoftmax", "LayerNormalization", "Gelu", "FastGelu", "QuickGelu", "CastLike"],
  ...["ScatterElements", "ScatterND", "Trilu", "Clip", "IsNaN"],
]);
const BINARY: ReadonlySet<string> = new Set([
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Pow",
  "Max",
  "Min",
  "Where",
  "Sum",
]);

function shapeOf(node: Node, context: Context): Shape | undefined {
  const inputs = node.inputs.map((input) => context.known.get(input)?.shape);
  const [first, second] = inputs;
  if (first === undefined) return undefined;
  if (UNARY.has(node.opType)) return first;
  if (BINARY.has(node.opType)) return broadcast(inputs);
  switch (node.opType) {
    case "MatMul":
      return second === undefined ? undefined : product(first, second);
    case "Gemm":
      return [
        first[intAttribute(node, "transA", 0)] ?? 1,
        second?.[1 - intAttribute(node, "transB", 0)] ?? 1,
      ];
    case "GatherElements":
      return second;
    case "Gather":
      return second === undefined ? undefined : first.toSpliced(axisOf(node, first, 0), 1, ...second);
    case "Concat":
      return concatenated(inputs, axisOf(node, first, 0));
    case "Transpose":
      return intsAttribute(node, "perm", undefined)?.map((axis) => first[axis] ?? 1);
    case "ReduceSum":
    case "ReduceMean":
    case "ReduceMax":
      return reduced(node, first, context);
    case "Slice":
      return sliced(node, first, context);
    case "Reshape":
    case "Expand":
    case "Unsqueeze":
    case "Squeeze":
      return target(node, first, context);
    default:
      return undefined;
  }
}

function broadcast(shapes: readonly (Shape | undefined)[]): Shape | undefined {
  const all = shapes.filter((shape) => shape !== undefined);
  if (all.length < shapes.length) return undefined;
  const rank = Math.max(...all.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const dims = all.map((shape) => shape[i - (rank - shape.length)] ?? 1);
    return dims.find((dim) => dim !== 1) ?? 1;
  });
}

function axisOf(node: Node, shape: Shape, fallback: number): number {
  const axis = intAttribute(node, "axis", fallback);
  return axis < 0 ? axis + shape.length : axis;
}

function concatenated(shapes: readonly (Shape | undefined)[], axis: number): Shape | undefined {
  const sizes = shapes.map((shape) => shape?.[axis]).filter((dim) => typeof dim === "number");
  const size = sizes.reduce((sum, dim) => sum + dim, 0);
  return sizes.length === shapes.length ? shapes[0]?.with(axis, size) : undefined;
}

function product(a: Shape, b: Shape): Shape | undefined {
  const [rows, columns] = [a.at(-2), b.at(-1)];
  if (rows === undefined || columns === undefined || b.length < 2) return undefined;
  const leading = broadcast([a.slice(0, -2), b.slice(0, -2)]);
  return leading === undefined ? undefined : [...leading, rows, columns];
}

function reduced(node: Node, shape: Shape, { graph }: Context): Shape | undefined {
  const [, named = ""] = node.inputs;
  const axes = intsAttribute(node, "axes", undefined) ?? integersIn(graph.initializers.get(named));
  if (axes === undefined) return undefined;
  const gone = new Set(axes.map((axis) => (axis < 0 ? axis + shape.length : axis)));
  return intAttribute(node, "keepdims", 1) === 1
    ? shape.map((dim, i) => (gone.has(i) ? 1 : dim))
    : shape.filter((_, i) => !gone.has(i));
}

/** A part of known size: between two places counted from the same end. */
function sliced({ inputs }: Node, shape: Shape, { graph }: Context): Shape | undefined {
  const [starts, ends, axes, steps] = inputs
    .slice(1)
    .map((input) => integersIn(graph.initializers.get(input)));
  const [start, end, axis] = [starts?.[0], ends?.[0], axes?.[0]];
  if (start === undefined || end === undefined || axis === undefined || axes?.length !== 1) return undefined;
  if (steps !== undefined && steps[0] !== 1) return undefined;
  const along = axis < 0 ? axis + shape.length : axis;
  const dim = shape[along];
  const size =
    typeof dim === "number"
      ? Array.from({ length: dim }).slice(start, end).length
      : start < 0 === end < 0 && end < MAX_SIZE
        ? Math.max(end - start, 0)
        : undefined;
  return size === undefined ? undefined : shape.with(along, size);
}

/** Ends beyond this mean "to the end". */
const MAX_SIZE = 2 ** 31 - 1;

/** What a constant, or the shape of another value, says. */
function target(node: Node, shape: Shape, { graph, producers, known }: Context): Shape | undefined {
  const [, named = ""] = node.inputs;
  const constant = integersIn(graph.initializers.get(named));
  const of = producers.get(named);
  const wanted: Shape | undefined =
    of?.opType === "Shape" && Object.keys(of.attributes).length === 0
      ? known.get(of.inputs[0] ?? "")?.shape
      : constant;
  if (wanted === undefined) return undefined;
  switch (node.opType) {
    case "Unsqueeze":
      return unsqueezed(shape, constant ?? []);
    case "Squeeze":
      return shape.filter(
        (_, i) => constant?.includes(i) !== true && constant?.includes(i - shape.length) !== true,
      );
    case "Expand":
      return broadcast([shape, wanted]);
    case "Reshape":
      return reshaped(shape, wanted);
    default:
      return undefined;
  }
}

function unsqueezed(shape: Shape, axes: readonly number[]): Shape {
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = [...shape];
  return Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.shift() ?? 1)));
}

/** 0 keeps a size, -1 stands for what is left. */
function reshaped(shape: Shape, wanted: Shape): Shape | undefined {
  const dims = wanted.map((dim, i) => (dim === 0 ? (shape[i] ?? 1) : dim));
  if (!dims.includes(-1)) return dims;
  const left = [...shape];
  let rest = 1;
  for (const dim of dims) {
    if (dim === -1) continue;
    const at = left.indexOf(dim);
    if (at >= 0) left.splice(at, 1);
    else if (typeof dim === "number") rest *= dim;
    else return undefined;
  }
  const symbols = left.filter((dim) => typeof dim === "string");
  const size = left.reduce<number>((all, dim) => (typeof dim === "number" ? all * dim : all), 1) / rest;
  if (symbols.length > 1 || (symbols.length === 1 && size !== 1)) return undefined;
  return dims.map((dim) => (dim === -1 ? (symbols[0] ?? size) : dim));
}

function integersIn(tensor: HostTensor | undefined): readonly number[] | undefined {
  return tensor === undefined ? undefined : integers(tensor);
}
