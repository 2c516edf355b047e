import { type Node, removeDeadNodes, stringAttribute, type Value, type Shape } from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { type Matcher, matcher } from "./matcher.js";

/**
 * The gradient of cross-entropy, `onehot·u - softmax·u`, without the one-hot matrix: what the softmax gives is written once,
 * and the label's entry added to in place. Saves, of a matrix as wide as the vocabulary, making it, summing it, and
 * subtracting from it.
 */
export function scatterCrossEntropy({ graph, shapes }: ShapedGraph): ShapedGraph {
  const match = matcher(graph);
  const replaced = new Map<Node, readonly Node[]>();
  for (const difference of graph.nodes) {
    const found = oneHotDifference(match, difference, (value) => shapes.get(value)?.shape);
    if (found === undefined) continue;
    const { scatter, probabilities } = found;
    const [, indices = "", updates = ""] = scatter.inputs;
    const [output = ""] = difference.outputs;
    const negated: Node = { ...plain(`${output}/negated`, "Neg"), inputs: [updates] };
    const scaled: Node = {
      ...plain(`${output}/scaled`, "Mul"),
      inputs: [probabilities, `${output}/negated`],
    };
    const inputs = [`${output}/scaled`, indices, updates];
    replaced.set(difference, [negated, scaled, { ...scatter, inputs, outputs: [output] }]);
  }
  if (replaced.size === 0) return { graph, shapes };
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node]);
  return { graph: removeDeadNodes({ ...graph, nodes }), shapes };
}

function plain(output: Value, opType: string): Omit<Node, "inputs"> {
  return { name: output, opType, domain: "", outputs: [output], attributes: {} };
}

/** `S - P·ΣS` where S is zeros but for one entry in each row. */
function oneHotDifference(
  match: Matcher,
  node: Node,
  shapeOf: (value: Value) => Shape | undefined,
): { readonly scatter: Node; readonly probabilities: Value } | undefined {
  if (node.opType !== "Sub" || node.domain !== "") return undefined;
  const scatter = match.made(node.inputs[0], "ScatterElements");
  const product = match.read(node.inputs[1], "Sub") && match.made(node.inputs[1], "Mul");
  const [zeros, indices = ""] = scatter?.inputs ?? [];
  if (scatter === undefined || product === undefined) return undefined;
  if (match.scalar(match.made(zeros, "Expand")?.inputs[0]) !== 0) return undefined;
  if (stringAttribute(scatter, "reduction", "none") !== "add" || shapeOf(indices)?.at(-1) !== 1)
    return undefined;
  const sum = product.inputs.find(
    (input) => match.made(input, "ReduceSum")?.inputs[0] === scatter.outputs[0],
  );
  const probabilities = match.other(product, sum);
  if (sum === undefined || probabilities === undefined || shapeOf(sum)?.at(-1) !== 1) return undefined;
  return { scatter, probabilities };
}
