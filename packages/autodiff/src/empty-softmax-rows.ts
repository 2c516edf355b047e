/**
 * @file Attention of a token that may look at nothing, such as padding in a local window. The softmax of a row of -∞ is NaN,
 * which exporters turn into 0: `Where(IsNaN(y), 0, y)` with `y = Softmax(x)`, as in PyTorch's scaled_dot_product_attention.
 * The derivative is 0 there, but by the chain rule it would be 0·NaN.
 */
import { type Graph, type Node, producersOf, type Value } from "@incipit/onnx";

/**
 * These nodes with every such Where replaced by one Softmax, of the same output: the rule of Softmax, which reads only the
 * output, then has the 0 to read and gives 0.
 * @param graph where the nodes are from
 */
export function joinEmptySoftmaxRows(graph: Graph, nodes: readonly Node[]): readonly Node[] {
  if (!nodes.some((node) => node.opType === "IsNaN")) return nodes;
  const producers = producersOf(graph);
  const made = (value: Value = "", opType: string) => {
    const node = producers.get(value);
    return node?.opType === opType ? node : undefined;
  };
  return nodes.map((node) => {
    const [condition, zero = "", y] = node.inputs;
    const softmax = made(y, "Softmax");
    const replaces = node.opType === "Where" && made(condition, "IsNaN")?.inputs[0] === y;
    const byZero = graph.initializers.get(zero)?.data.every((value) => Number(value) === 0) === true;
    return softmax !== undefined && replaces && byZero ? { ...softmax, outputs: node.outputs } : node;
  });
}
