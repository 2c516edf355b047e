/** @file Which axis of each input an axis of a node's output comes from. */
import { intAttribute, intsAttribute, type Graph, type Node, type Value, type Shape } from "@incipit/onnx";
import { integers } from "../integers.js";

/** What the question needs to know. */
export interface AxisContext {
  readonly graph: Graph;
  shape(value: Value): Shape | undefined;
}

/**
 * For each input the axis that runs along the output's `axis`, undefined for one that has none such: the same for all of
 * it, or broadcast. Entries along that axis depend on no others. Undefined as a whole where that is not so, or not known.
 */
export type InputAxes = readonly (number | undefined)[] | undefined;

const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "Mean", "Where", "Mod", "PRelu"],
  ...["Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or", "Xor", "Not"],
  ...["Neg", "Abs", "Exp", "Log", "Sqrt", "Reciprocal", "Erf", "Tanh", "Sigmoid", "Relu", "Sign", "Softplus"],
  ...["Gelu", "Elu", "LeakyRelu", "HardSwish", "HardSigmoid", "Mish", "Swish", "Identity", "Cast", "Clip"],
  ...["FastGelu", "QuickGelu", "BiasGelu", "IsNaN"],
]);

/** Operators that work within the last axis, and of which the first input alone has the others. */
const WITHIN_LAST_AXIS: ReadonlySet<string> = new Set([
  ...["LayerNormalization", "SimplifiedLayerNormalization", "RMSNormalization", "Softmax", "LogSoftmax"],
]);

export function inputAxes(node: Node, axis: number, context: AxisContext): InputAxes {
  const shapes = node.inputs.map((input) => (input === "" ? [] : context.shape(input)));
  const [output = ""] = node.outputs;
  const to = context.shape(output);
  if (to === undefined || !shapes.every((shape) => shape !== undefined)) return undefined;
  const [first = []] = shapes;

  if (ELEMENTWISE.has(node.opType)) return shapes.map((shape) => broadcastAxis(shape, to, axis));
  if (WITHIN_LAST_AXIS.has(node.opType)) {
    const within = intAttribute(node, "axis", -1);
    const isLast = within === -1 || within === to.length - 1;
    return isLast && axis < to.length - 1 ? [axis] : undefined;
  }
  switch (node.opType) {
    case "MatMul":
      return matmulAxes(shapes, to, axis);
    case "Gemm":
      return gemmAxes(node, shapes, axis);
    case "Transpose": {
      const from = intsAttribute(node, "perm", undefined)?.[axis];
      return from === undefined ? undefined : [from];
    }
    case "Reshape":
    case "Squeeze":
    case "Unsqueeze": {
      const from = sameAxis(first, to, axis);
      return from === undefined ? undefined : [from];
    }
    case "ReduceSum":
    case "ReduceMean":
    case "ReduceMax": {
      const from = intAttribute(node, "keepdims", 1) === 1 ? keptAxis(first, to, axis) : undefined;
      return from === undefined ? undefined : [from];
    }
    case "Concat": {
      const along = intAttribute(node, "axis", 0);
      return (along < 0 ? along + to.length : along) === axis ? undefined : shapes.map(() => axis);
    }
    case "Gather": {
      const own = intAttribute(node, "axis", 0);
      const along = own < 0 ? own + first.length : own;
      // As of two slices.
      if (axis < along) return [axis, undefined];
      return axis < along + (shapes[1]?.length ?? 0) ? [undefined, axis - along] : undefined;
    }
    case "Split": {
      const along = intAttribute(node, "axis", 0);
      return (along < 0 ? along + to.length : along) === axis ? undefined : [axis];
    }
    case "Slice": {
      // The outer of two goes first, or they would pass each other for ever.
      const cut = context.graph.initializers.get(node.inputs[3] ?? "");
      const axes = cut === undefined ? [] : integers(cut).map((along) => (along + to.length) % to.length);
      return axes.length > 0 && axes.every((along) => axis < along) ? [axis] : undefined;
    }
    default:
      return undefined;
  }
}

/** The axis of a broadcast operand. */
function broadcastAxis(shape: Shape, to: Shape, axis: number): number | undefined {
  const own = axis - (to.length - shape.length);
  return own < 0 || (shape[own] === 1 && to[axis] !== 1) ? undefined : own;
}

function matmulAxes([left = [], right = []]: readonly Shape[], to: Shape, axis: number): InputAxes {
  if (left.length < 2 || right.length < 2) return undefined;
  if (axis === to.length - 1) return [undefined, right.length - 1];
  if (axis === to.length - 2) return [left.length - 2, undefined];
  return [broadcastAxis(left, to, axis), broadcastAxis(right, to, axis)];
}

function gemmAxes(node: Node, [, , bias = []]: readonly Shape[], axis: number): InputAxes {
  const [transA, transB] = [intAttribute(node, "transA", 0), intAttribute(node, "transB", 0)];
  const own = bias.length - 2 + axis;
  const ofBias = own < 0 || bias[own] === 1 ? undefined : own;
  return axis === 0 ? [transA === 1 ? 1 : 0, undefined, ofBias] : [undefined, transB === 1 ? 0 : 1, ofBias];
}

/** The axis that keeps its place among equal sizes, counted from the front or from the end. */
function sameAxis(from: Shape, to: Shape, axis: number): number | undefined {
  if (to.slice(0, axis + 1).every((dim, i) => dim === from[i])) return axis;
  const back = to.length - axis;
  if (back > from.length) return undefined;
  return to.slice(axis).every((dim, i) => dim === from.at(i - back)) ? from.length - back : undefined;
}

function keptAxis(from: Shape, to: Shape, axis: number): number | undefined {
  return from[axis] === to[axis] && to[axis] !== 1 ? axis : undefined;
}
