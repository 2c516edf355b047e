/**
 * @file How each operator is written in opset 18, given the form that it had in an older one (9 or later). An attribute
 * that became an input shows by its presence; where only the meaning changed, the model's opset decides.
 * @see https://github.com/onnx/onnx/blob/main/docs/Changelog.md
 */
import { type DType, type HostTensor, UnsupportedOperatorError } from "@incipit/core";
import {
  type AttributeLike,
  floatAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  toAttributes,
} from "../graph/attributes.js";
import type { Attributes, Node, Value } from "../graph/graph.js";
import { describeNode } from "../graph/query.js";
import { int64 } from "../graph/tensors.js";

/** What an upgrade may look at and add to. */
export interface UpgradeContext {
  /** The operator set that the model was written for. */
  readonly opset: number;
  /** Number of axes of a value, where known. */
  readonly rank: (value: Value) => number | undefined;
  /** The float type of a value, where known. */
  readonly floatType: (value: Value) => DType | undefined;
  /** A name like `hint` that nothing has yet. */
  readonly fresh: (hint: string) => Value;
  /** Add a constant. */
  readonly constant: (tensor: HostTensor, hint: string) => Value;
}

/** Gives the nodes that do the same in opset 18; the node's outputs keep their names. */
export type Upgrade = (node: Node, context: UpgradeContext) => readonly Node[];

/** An attribute of integers that became the second input. */
function intsToInput(attribute: string): Upgrade {
  return (node, { constant }) => {
    const values = intsAttribute(node, attribute, undefined);
    if (values === undefined) return [node];
    const inputs = [node.inputs[0] ?? "", constant(int64(values), attribute)];
    return [{ ...node, inputs, attributes: without(node.attributes, attribute) }];
  };
}

const axesToInput = intsToInput("axes");

/**
 * Softmax and its like before opset 13: all axes from `axis` on count as one. For the last axis that is what they do
 * now; otherwise flatten, apply, and give the shape back.
 */
const flattening: Upgrade = (node, { opset, rank, fresh }) => {
  if (opset >= 13) return [node];
  const [x = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const axis = intAttribute(node, "axis", 1);
  if (axis === -1 || axis + 1 === rank(x)) return [{ ...node, attributes: toAttributes({ axis: -1 }) }];
  const flat = fresh(`${y}/flat`);
  const result = fresh(`${y}/result`);
  const shape = fresh(`${y}/shape`);
  return [
    make("Flatten", [x], [flat], { axis }),
    { ...node, inputs: [flat], outputs: [result], attributes: toAttributes({ axis: -1 }) },
    make("Shape", [x], [shape]),
    make("Reshape", [result, shape], [y]),
  ];
};

/** Since 18 a split into equal parts says how many. */
const split: Upgrade = (node, context) => {
  if (node.attributes["split"] !== undefined) return intsToInput("split")(node, context);
  const parts = { num_outputs: node.outputs.length };
  return node.inputs.length > 1
    ? [node]
    : [{ ...node, attributes: { ...node.attributes, ...toAttributes(parts) } }];
};

const slice: Upgrade = (node, { constant }) => {
  const starts = intsAttribute(node, "starts", undefined);
  const ends = intsAttribute(node, "ends", []);
  if (starts === undefined) return [node];
  const axes = intsAttribute(node, "axes", [...starts.keys()]);
  const bounds = Object.entries({ starts, ends, axes }).map(([name, values]) =>
    constant(int64(values), name),
  );
  return [{ ...node, inputs: [...node.inputs, ...bounds], attributes: {} }];
};

const topK: Upgrade = (node, { constant }) => {
  const k = intAttribute(node, "k", undefined);
  if (k === undefined) return [node];
  return [
    {
      ...node,
      inputs: [...node.inputs, constant(int64([k]), "k")],
      attributes: without(node.attributes, "k"),
    },
  ];
};

const pad: Upgrade = (node, context) => {
  const pads = intsAttribute(node, "pads", undefined);
  if (pads === undefined) return [node];
  const [x = ""] = node.inputs;
  const value = scalarLike(x, floatAttribute(node, "value", 0), "value", context);
  const inputs = [x, context.constant(int64(pads), "pads"), value.name];
  return [...value.nodes, { ...node, inputs, attributes: without(node.attributes, "pads", "value") }];
};

const clip: Upgrade = (node, context) => {
  const [x = ""] = node.inputs;
  const bounds = ["min", "max"].map((name) => {
    const bound = floatAttribute(node, name, undefined);
    return bound === undefined ? { name: "", nodes: [] } : scalarLike(x, bound, name, context);
  });
  if (bounds.every(({ name }) => name === "")) return [node];
  const inputs = [x, ...bounds.map(({ name }) => name)];
  return [...bounds.flatMap(({ nodes }) => nodes), { ...node, inputs, attributes: {} }];
};

const dropout: Upgrade = (node, { constant }) => {
  const ratio = floatAttribute(node, "ratio", undefined);
  if (ratio === undefined) return [node];
  const name = constant({ dtype: "float32", shape: [], data: Float32Array.of(ratio) }, "ratio");
  return [{ ...node, inputs: [node.inputs[0] ?? "", name], attributes: without(node.attributes, "ratio") }];
};

/** Before 14 several outputs meant training. */
const batchNormalization: Upgrade = (node, { opset }) => {
  if (opset < 14 && node.outputs.length > 1) {
    throw new UnsupportedOperatorError(
      `${describeNode(node)} is written for training, which opset ${opset} has in another form; export the model for inference.`,
      { details: { node: node.name, opset } },
    );
  }
  return [node];
};

/** Upsample became Resize in 10, which got more inputs and ways to place samples in 11. */
const resize: Upgrade = (node, { opset }) => {
  if (opset >= 11) return [node];
  const [x = "", scales = ""] = node.inputs;
  const attributes = toAttributes({
    mode: stringAttribute(node, "mode", "nearest"),
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });
  return [{ ...node, opType: "Resize", inputs: [x, "", scales], attributes }];
};

const scatter: Upgrade = (node) => [{ ...node, opType: "ScatterElements" }];

/** In 16 the default way to place samples became another. */
const roiAlign: Upgrade = (node, { opset }) => {
  const before = toAttributes({ coordinate_transformation_mode: "output_half_pixel" });
  return opset >= 16 ? [node] : [{ ...node, attributes: { ...before, ...node.attributes } }];
};

/** By operator. The others are written in opset 18 as they were. */
export const UPGRADES: Readonly<Record<string, Upgrade>> = {
  BatchNormalization: batchNormalization,
  Clip: clip,
  Dropout: dropout,
  Hardmax: flattening,
  LogSoftmax: flattening,
  Pad: pad,
  ReduceL1: axesToInput,
  ReduceL2: axesToInput,
  ReduceLogSum: axesToInput,
  ReduceLogSumExp: axesToInput,
  ReduceMax: axesToInput,
  ReduceMean: axesToInput,
  ReduceMin: axesToInput,
  ReduceProd: axesToInput,
  ReduceSum: axesToInput,
  ReduceSumSquare: axesToInput,
  Resize: resize,
  RoiAlign: roiAlign,
  Scatter: scatter,
  Slice: slice,
  Softmax: flattening,
  Split: split,
  Squeeze: axesToInput,
  TopK: topK,
  Unsqueeze: axesToInput,
  Upsample: resize,
};

/** A scalar of the float type that `x` has; of unknown type, it is cast when the graph runs. */
function scalarLike(
  x: Value,
  value: number,
  hint: string,
  { constant, floatType, fresh }: UpgradeContext,
): { readonly name: Value; readonly nodes: readonly Node[] } {
  const name = constant({ dtype: "float32", shape: [], data: Float32Array.of(value) }, hint);
  if (floatType(x) === "float32") return { name, nodes: [] };
  const cast = fresh(`${name}/cast`);
  return { name: cast, nodes: [make("CastLike", [name, x], [cast])] };
}

function make(
  opType: string,
  inputs: readonly Value[],
  outputs: readonly Value[],
  attributes: Readonly<Record<string, AttributeLike>> = {},
): Node {
  return {
    name: outputs[0] ?? "",
    opType,
    domain: "",
    inputs,
    outputs,
    attributes: toAttributes(attributes),
  };
}

function without(attributes: Attributes, ...names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}
