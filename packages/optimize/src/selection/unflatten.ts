import {
  consumersOf,
  floatAttribute,
  type Graph,
  intAttribute,
  namesIn,
  type Node,
  producersOf,
  removeDeadNodes,
  type Shape,
  uniqueNames,
  type Value,
} from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { shapeOf } from "../shape-of.js";

/**
 * `reshape(f(reshape(x)))`, where rows are laid one behind the other for a linear layer, as exporters write GPT-2's, or for a
 * softmax, as `f(x)`: batch and sequence keep their axes, so that what selects along these can pass.
 */
export function unflatten(shaped: ShapedGraph): ShapedGraph {
  const { graph, shapes } = shaped;
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const given = new Set(graph.outputs.map(({ name }) => name));
  const unique = uniqueNames(namesIn(graph));
  const known = new Map(shapes);
  const shape = (value = "") => shapeOf(shaped, value);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const [result = ""] = node.inputs;
    const [output = ""] = node.outputs;
    const flat = node.opType === "Reshape" ? producers.get(result) : undefined;
    if (flat === undefined || given.has(result) || consumers.get(result)?.length !== 1) return [node];
    const flatten = producers.get(flat.inputs[0] ?? "");
    const [x = ""] = flatten?.opType === "Reshape" || flatten?.opType === "Flatten" ? flatten.inputs : [];
    const [from, to, width] = [shape(x), shape(output), shape(flat.inputs[0])?.at(-1)];
    if (from === undefined || to === undefined || from.at(-1) !== width) return [node];
    if (!isSame(from.slice(0, -1), to.slice(0, -1)) || to.at(-1) !== shape(result)?.at(-1)) return [node];
    const product = unique(`${output}/product`);
    const replacement = onRows(flat, { x, output, product }, graph);
    if (replacement === undefined) return [node];
    known.set(product, { name: product, dtype: shapes.get(output)?.dtype ?? "float32", shape: to });
    return replacement;
  });
  return { graph: removeDeadNodes({ ...graph, nodes }), shapes: known };
}

interface Names {
  readonly x: Value;
  readonly output: Value;
  readonly product: Value;
}

/** What the node does with a matrix, done with the rows of `x`; undefined where that is another operation. */
function onRows(node: Node, { x, output, product }: Names, graph: Graph): readonly Node[] | undefined {
  if (node.opType === "Softmax" || node.opType === "LogSoftmax") {
    const axis = intAttribute(node, "axis", -1);
    const attributes = { axis: { type: "int", value: -1 } } as const;
    return axis === -1 || axis === 1 ? [{ ...node, inputs: [x], outputs: [output], attributes }] : undefined;
  }
  if (!isPlainGemm(node)) return undefined;
  const [, weight = "", bias] = node.inputs;
  const multiply = { ...node, opType: "MatMul", inputs: [x, weight], attributes: {} };
  if (bias === undefined) return [{ ...multiply, outputs: [output] }];
  if (graph.initializers.get(bias)?.shape.length !== 1) return undefined;
  const add = { ...node, name: `${node.name}/bias`, opType: "Add", inputs: [product, bias], attributes: {} };
  return [
    { ...multiply, outputs: [product] },
    { ...add, outputs: [output] },
  ];
}

/** Whether a node computes `x · w` or `x · w + b`, nothing transposed and nothing scaled. */
function isPlainGemm(node: Node): boolean {
  return (
    node.opType === "Gemm" &&
    ["transA", "transB"].every((name) => intAttribute(node, name, 0) === 0) &&
    ["alpha", "beta"].every((name) => floatAttribute(node, name, 1) === 1)
  );
}

function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
