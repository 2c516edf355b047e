/**
 * @file What the gradient sees where a graph rounds numbers to integers.
 *
 * Rounding has derivative zero almost everywhere, so nothing could be learned through it. As in quantization-aware
 * training, its derivative is taken to be that of the identity ("straight through"): the gradient is that of the function
 * in which quantized tensors are replaced by the numbers that they stand for. The forward computation stays as it is.
 */
import { type Graph, type Node, producersOf, type Value } from "@incipit/onnx";
import { operatorOf } from "./operator.js";

/**
 * The graph's nodes, where the last node of a pattern that rounds is replaced by one that stands for all of it: its inputs
 * are those of the pattern, its output is the same value, and there is a rule for its operator. The nodes before it stay,
 * but nothing leads from them to the loss any more.
 *
 * - `DequantizeLinear(QuantizeLinear(x))` becomes `incipit.FakeQuantize(x)`.
 * - `Cast(MatMulInteger(q, weights)) · (scale of x · scale of weights)` and `com.microsoft.MatMulIntegerToFloat`, where q is
 *   x after DynamicQuantizeLinear, become `com.microsoft.DynamicQuantizeMatMul(x, weights)`, ONNX Runtime's own name for the
 *   whole. The same with ConvInteger becomes `incipit.DynamicQuantizeConv(x, weights)`.
 * @see Bengio et al. 2013, arXiv:1308.3432; Jacob et al. 2018, arXiv:1712.05877
 */
export function straightThrough(graph: Graph): readonly Node[] {
  if (!graph.nodes.some(isQuantizer)) return graph.nodes;
  const producers = producersOf(graph);
  const made = (value: Value | undefined, operator: string): Node | undefined => {
    const node = value === undefined ? undefined : producers.get(value);
    return node !== undefined && operatorOf(node) === operator ? node : undefined;
  };
  const same = (a: Value, b: Value) => a === b || sameConstant(graph, a, b);
  return graph.nodes.map((node) => {
    const seen = fakeQuantize(node, made, same) ?? dynamicProduct(node, made) ?? fusedProduct(node, made);
    return seen === undefined ? node : { ...node, ...seen };
  });
}

/** Whether a node rounds to integers what it is given, so that these stand for its numbers. */
export function isQuantizer(node: Node): boolean {
  return node.opType === "QuantizeLinear" || node.opType === "DynamicQuantizeLinear";
}

/** The node that makes a value, if it is of this operator. */
type Made = (value: Value | undefined, operator: string) => Node | undefined;

/** What is different about a node as the gradient sees it. */
type Seen = Partial<Node>;

function fakeQuantize(node: Node, made: Made, same: (a: Value, b: Value) => boolean): Seen | undefined {
  if (node.opType !== "DequantizeLinear") return undefined;
  const [quantized, ...parameters] = node.inputs;
  const quantizer = made(quantized, operatorOf({ ...node, opType: "QuantizeLinear" }));
  const [x, ...others] = quantizer?.inputs ?? [];
  if (x === undefined || !parameters.every((parameter, i) => same(parameter, others[i] ?? "")))
    return undefined;
  return { opType: "FakeQuantize", domain: "incipit", inputs: [x, ...parameters] };
}

function dynamicProduct(node: Node, made: Made): Seen | undefined {
  if (operatorOf(node) !== "Mul") return undefined;
  for (const [product, scale] of bothWays(node)) {
    const cast = made(product, "Cast")?.inputs[0];
    const integers = made(cast, "MatMulInteger") ?? made(cast, "ConvInteger");
    const scales = made(scale, "Mul");
    if (integers === undefined || scales === undefined) continue;
    const [quantized, weights = "", zeroPoint, weightZeroPoint = ""] = integers.inputs;
    for (const [own, weightScale] of bothWays(scales)) {
      const x = dynamicallyQuantized(made, [quantized, own, zeroPoint]);
      if (x === undefined) continue;
      const inputs = [x, weights, weightScale, weightZeroPoint];
      if (integers.opType === "MatMulInteger") return asProduct(inputs);
      return { opType: "DynamicQuantizeConv", domain: "incipit", inputs, attributes: integers.attributes };
    }
  }
  return undefined;
}

function fusedProduct(node: Node, made: Made): Seen | undefined {
  if (operatorOf(node) !== "com.microsoft.MatMulIntegerToFloat") return undefined;
  const [quantized, weights = "", own, weightScale = "", zeroPoint, weightZeroPoint = "", bias = ""] =
    node.inputs;
  const x = dynamicallyQuantized(made, [quantized, own, zeroPoint]);
  return x === undefined ? undefined : asProduct([x, weights, weightScale, weightZeroPoint, bias]);
}

function asProduct(inputs: readonly Value[]): Seen {
  return { opType: "DynamicQuantizeMatMul", domain: "com.microsoft", inputs, attributes: {} };
}

/** The x of which these three are the integers, the scale and the zero point. */
function dynamicallyQuantized(made: Made, results: readonly (Value | undefined)[]): Value | undefined {
  const quantizer = made(results[0], "DynamicQuantizeLinear");
  return quantizer?.outputs.every((output, i) => output === results[i]) ? quantizer.inputs[0] : undefined;
}

/** The inputs of a node that takes them in either order. */
function bothWays({ inputs: [a = "", b = ""] }: Node): readonly (readonly [Value, Value])[] {
  return [
    [a, b],
    [b, a],
  ];
}

function sameConstant({ initializers }: Graph, a: Value, b: Value): boolean {
  const [first, second] = [initializers.get(a), initializers.get(b)];
  return (
    first !== undefined &&
    first.dtype === second?.dtype &&
    first.shape.join() === second.shape.join() &&
    first.data.every((value: number | bigint, i: number) => value === second.data[i])
  );
}
