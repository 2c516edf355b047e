import { type Graph, type Node, usesOf, type Value } from "@incipit/onnx";
import { joinEmptySoftmaxRows } from "./empty-softmax-rows.js";
import { ruleOf } from "./registry.js";
import { isQuantizer, straightThrough } from "./straight-through.js";

/**
 * The nodes through which `loss` depends on `wrt`, as the gradient sees them, in order, and the values along the way that
 * carry a gradient.
 */
export function pathNodes(
  graph: Graph,
  loss: Value,
  wrt: readonly Value[],
  isFloat: (value: Value) => boolean,
): { readonly nodes: readonly Node[]; readonly carries: ReadonlySet<Value> } {
  const reached = new Set(wrt);
  // Integers that stand for numbers: what they lead to depends on `wrt`, other than through the patterns that are known.
  const rounded = new Set<Value>();
  const forward = joinEmptySoftmaxRows(graph, straightThrough(graph)).filter((node) => {
    const sources = sourcesOf(node);
    if (!sources.some((use) => reached.has(use))) return false;
    const rounds = isQuantizer(node) || sources.some((use) => rounded.has(use));
    const outputs = node.outputs.filter((output) => output !== "" && (rounds || isFloat(output)));
    for (const output of outputs) reached.add(output);
    for (const output of outputs) if (!isFloat(output)) rounded.add(output);
    return outputs.length > 0;
  });
  const leading = new Set([loss]);
  const nodes = forward
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((output) => leading.has(output))) return false;
      for (const use of sourcesOf(node)) leading.add(use);
      return true;
    })
    .reverse();
  return { nodes, carries: new Set([...reached].filter((value) => leading.has(value))) };
}

/** What a node reads, as far as its outputs' derivatives in it are not zero. */
function sourcesOf(node: Node): readonly Value[] {
  const rule = ruleOf(node);
  if (rule === "zero") return [];
  const { zeroIn = [] } = rule ?? {};
  return zeroIn.length === 0 ? usesOf(node) : node.inputs.filter((_, i) => !zeroIn.includes(i));
}

/** The same nodes before it is known which values are floats: some more, those that only sizes lead to. */
export function nodesBetween(graph: Graph, loss: Value, wrt: readonly Value[]): readonly Node[] {
  return pathNodes(graph, loss, wrt, () => true).nodes;
}
