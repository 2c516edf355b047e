import { type Node, removeDeadNodes, type Value } from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { type Matcher, matcher, near } from "./matcher.js";

/**
 * `Gelu`, exact or with tanh, that an exporter wrote out in five to eight operators, as the one operator that it is. Forward
 * that is one pass over memory; backward its rule needs fewer than those of its parts.
 * @see Hendrycks & Gimpel 2016, arXiv:1606.08415
 */
export function fuseGelu({ graph, shapes }: ShapedGraph): ShapedGraph {
  const match = matcher(graph);
  const fused = new Map<Node, Node>();
  for (const node of graph.nodes) {
    const [opType, found] =
      node.opType === "Erf"
        ? (["Gelu", exactGelu(match, node)] as const)
        : (["FastGelu", node.opType === "Tanh" ? tanhGelu(match, node) : undefined] as const);
    if (found === undefined) continue;
    const { x, result } = found;
    fused.set(result, { ...result, opType, domain: DOMAIN, inputs: [x], attributes: {} });
  }
  if (fused.size === 0) return { graph, shapes };
  const nodes = graph.nodes.map((node) => fused.get(node) ?? node);
  const opsets = { ...graph.opsets, [DOMAIN]: graph.opsets[DOMAIN] ?? 1 };
  return { graph: removeDeadNodes({ ...graph, nodes, opsets }), shapes };
}

const DOMAIN = "com.microsoft";

interface Found {
  readonly x: Value;
  /** The node whose output is Gelu(x). */
  readonly result: Node;
}

/** x·(1 + erf(x/√2))/2 */
function exactGelu(match: Matcher, erf: Node): Found | undefined {
  const x = match.unscaled(erf.inputs[0], Math.SQRT1_2);
  return x === undefined ? undefined : halfTimesOnePlus(match, erf, x);
}

/** x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2 */
function tanhGelu(match: Matcher, tanh: Node): Found | undefined {
  const inner = match.unscaled(tanh.inputs[0], Math.sqrt(2 / Math.PI));
  const sum = match.made(inner, "Add");
  const x = sum?.inputs.find((input) =>
    isCube(match, match.unscaled(match.other(sum, input), 0.044715), input),
  );
  return x === undefined ? undefined : halfTimesOnePlus(match, tanh, x);
}

function isCube(match: Matcher, value: Value | undefined, x: Value): boolean {
  const power = match.made(value, "Pow");
  if (power !== undefined) return power.inputs[0] === x && match.scalar(power.inputs[1]) === 3;
  const product = match.made(value, "Mul");
  const square = match.made(match.other(product, x), "Mul");
  return square?.inputs.every((input) => input === x) === true;
}

/** x·(1 + f)/2 in whatever order it is multiplied. */
function halfTimesOnePlus(match: Matcher, f: Node, x: Value): Found | undefined {
  const [value] = f.outputs;
  const sum = match.read(value, "Add");
  if (match.scalar(match.other(sum, value)) !== 1) return undefined;
  const first = match.read(sum?.outputs[0], "Mul");
  const factor = match.other(first, sum?.outputs[0]);
  if (first === undefined) return undefined;
  if (match.unscaled(factor, 0.5) === x) return { x, result: first };
  const second = match.read(first.outputs[0], "Mul");
  const last = match.other(second, first.outputs[0]);
  if (second === undefined) return undefined;
  const isProduct =
    factor === x ? near(match.scalar(last), 0.5) : near(match.scalar(factor), 0.5) && last === x;
  return isProduct ? { x, result: second } : undefined;
}
