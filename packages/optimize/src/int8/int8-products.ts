/** @file Products with frozen matrices in 8-bit integers, forward and backward. */
import type { HostTensor } from "@incipit/core";
import {
  consumersOf,
  extractSubgraph,
  type Graph,
  int64,
  namesIn,
  type Node,
  producersOf,
  removeDeadNodes,
  uniqueNames,
  type Value,
} from "@incipit/onnx";
import { type Matcher, matcher } from "../fusion/matcher.js";
import type { Pass } from "../pass.js";
import { type FrozenProduct, frozenProduct } from "./frozen-product.js";
import { type QuantizedMatrix, quantizeMatrix } from "./quantize-matrix.js";

/** What the pass needs to know. */
export interface Int8Options {
  /** What is computed forward: the loss and the model's outputs. All that these do not need is the gradient. */
  readonly forward: readonly Value[];
  /** The largest integer of a weight: 127, or 63 where the processor's 8-bit products overflow. */
  readonly limit: number;
  /**
   * `all` products, or those alone that are `already` in 8 bits: in a quantised model as it comes the forward ones are what
   * they are, and of the gradient's those with its matrices of integers become so.
   * @default "all"
   */
  readonly products?: "all" | "already";
}

/** Matrices with fewer entries stay as they are: rounding what they multiply costs more than it saves. */
const MIN_ENTRIES = 4096;

/**
 * Every product with a frozen matrix in 8-bit integers. Weights have a scale for each output channel. Forward, activations
 * are rounded with one scale and offset for the whole tensor, as dynamic quantisation has it. Backward, each row of the
 * cotangent is first divided by its own largest entry: rows differ by orders of magnitude, and with one scale for all the
 * small ones would be lost.
 *
 * The gradient is the straight-through one: rounding is taken for the identity.
 * @see Bengio et al. 2013, arXiv:1308.3432
 */
export function int8Products({ forward, limit, products = "all" }: Int8Options): Pass {
  return ({ graph, shapes }) => {
    const isForward = new Set(extractSubgraph(graph, forward).nodes);
    const weights = int8Weights(graph, limit);
    const producers = producersOf(graph);
    const sums = biasSums(graph);
    const match = matcher(graph);
    const replaced = new Map<Node, readonly Node[]>();
    for (const node of graph.nodes) {
      const product = frozenProduct(node, graph, producers);
      if (product === undefined || product.matrix.entries < MIN_ENTRIES) continue;
      if (products === "already" && (isForward.has(node) || !product.matrix.isInt8)) continue;
      if (isForward.has(node)) {
        const sum = product.bias === undefined ? sums(node) : undefined;
        const bias = product.bias ?? sum?.bias ?? "";
        if (sum !== undefined) replaced.set(sum.node, []);
        const outputs = sum?.node.outputs ?? node.outputs;
        const { x, factor } = unscaled(match, product.x);
        replaced.set(node, [int8Product([x, ...weights.of(product, factor), "", bias], outputs)]);
      } else {
        const scaling = match.read(node.outputs[0], "Mul");
        const factor = match.scalar(match.other(scaling, node.outputs[0]));
        if (scaling !== undefined && factor !== undefined) replaced.set(scaling, []);
        const { outputs } = factor === undefined || scaling === undefined ? node : scaling;
        replaced.set(node, rowScaledProduct({ ...product, outputs, factor: factor ?? 1 }, weights));
      }
    }
    const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node]);
    return {
      graph: removeDeadNodes({
        ...graph,
        nodes,
        initializers: weights.all,
        opsets: { ...graph.opsets, [DOMAIN]: 1 },
      }),
      shapes,
    };
  };
}

const DOMAIN = "com.microsoft";

/** Rounds x, multiplies, and scales back: one kernel of ONNX Runtime. */
function int8Product(inputs: readonly Value[], outputs: readonly Value[]): Node {
  const [name = ""] = outputs;
  const given = inputs.at(-1) === "" ? inputs.slice(0, 3) : inputs;
  return { name, opType: "DynamicQuantizeMatMul", domain: DOMAIN, inputs: given, outputs, attributes: {} };
}

/** What a value is a constant multiple of: the factor goes to the scales. */
function unscaled(match: Matcher, value: Value): { readonly x: Value; readonly factor: number } {
  const product = match.made(value, "Mul");
  for (const input of product?.inputs ?? []) {
    const factor = match.scalar(match.other(product, input));
    if (factor !== undefined && factor > 0) return { x: input, factor };
  }
  return { x: value, factor: 1 };
}

interface ScaledProduct extends FrozenProduct {
  readonly factor: number;
  readonly outputs: readonly Value[];
}

/** `max|x| · ((x / max|x|) · factor·W)`, the largest entry being that of each row. */
function rowScaledProduct(product: ScaledProduct, weights: Int8Weights): readonly Node[] {
  const [output = ""] = product.outputs;
  const { x, factor } = product;
  const node = (opType: string, inputs: readonly Value[], made: Value): Node => ({
    ...{ name: made, opType, domain: "", inputs, outputs: [made] },
    attributes: {},
  });
  const [sizes, rows, safe, inverse, scaled, back] = [
    ...["sizes", "rows", "largest", "inverse", "scaled", "product"],
  ].map((name) => weights.unique(`${output}/${name}`)) as [Value, Value, Value, Value, Value, Value];
  return [
    node("Abs", [x], sizes),
    node("ReduceMax", [sizes, weights.lastAxis], rows),
    node("Max", [rows, weights.tiny], safe),
    // A product over all of x takes half the time of a quotient.
    node("Reciprocal", [safe], inverse),
    node("Mul", [x, inverse], scaled),
    int8Product([scaled, ...weights.of(product, factor), "", ""], [back]),
    node("Mul", [back, safe], output),
  ];
}

/** The Add of a bias that is all that reads a product. */
function biasSums(graph: Graph): (node: Node) => { readonly node: Node; readonly bias: Value } | undefined {
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  return ({ outputs: [output = ""] }) => {
    const [sum, ...others] = consumers.get(output) ?? [];
    if (sum?.opType !== "Add" || others.length > 0 || outputs.has(output)) return undefined;
    const bias = sum.inputs.find((input) => input !== output) ?? "";
    const isBias = graph.initializers.get(bias)?.shape.length === 1;
    return isBias ? { node: sum, bias } : undefined;
  };
}

interface Int8Weights {
  /** All initializers, the rounded ones among them. */
  readonly all: Map<Value, HostTensor>;
  readonly unique: (hint: string) => Value;
  readonly lastAxis: Value;
  /** The smallest that a row is divided by. */
  readonly tiny: Value;
  /** The integers and scales of a matrix times `factor`, made at the first call. */
  of(product: FrozenProduct, factor?: number): readonly [Value, Value];
}

function int8Weights(graph: Graph, limit: number): Int8Weights {
  const unique = uniqueNames(namesIn(graph));
  const all = new Map(graph.initializers);
  const names = new Map<string, Value>();
  const rounded = new Map<string, QuantizedMatrix>();
  const add = (hint: string, tensor: HostTensor) => {
    const name = unique(hint);
    all.set(name, tensor);
    return name;
  };
  const once = (key: string, hint: string, tensor: HostTensor) => {
    const name = names.get(key) ?? add(hint, tensor);
    names.set(key, name);
    return name;
  };
  return {
    all,
    unique,
    lastAxis: add("int8/axis", int64([-1])),
    tiny: add("int8/tiny", { dtype: "float32", shape: [], data: Float32Array.of(1e-30) }),
    of({ matrix, transposed }, factor = 1) {
      const key = `${matrix.name} ${transposed ? "transposed" : ""}`;
      const quantized = rounded.get(key) ?? quantizeMatrix(matrix.read(), { transposed, limit });
      rounded.set(key, quantized);
      const { values, scales } = quantized;
      const scaled = { ...scales, data: scales.data.map((scale) => scale * factor) };
      return [
        once(`${key} values`, `${matrix.name}/int8`, values),
        once(`${key} scales ${factor}`, `${matrix.name}/scales`, scaled),
      ];
    },
  };
}
