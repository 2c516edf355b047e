import type { HostTensor } from "@incipit/core";
import { renameUses } from "../graph/edit.js";
import type { Attribute, Graph, Node, Value } from "../graph/graph.js";
import { bytesBetween, storedAt } from "../graph/stored-tensor.js";
import { byteLength } from "../graph/tensors.js";
import { isRandom } from "./purity.js";

/** `op(a, b) = op(b, a)`, to the last bit. */
const COMMUTATIVE = new Set(["Add", "And", "Equal", "Max", "Min", "Mul", "Or", "Xor"]);

/** Of larger weights a part is compared first, then all. */
const MAX_KEY_BYTES = 4096;
/** What is compared at once, so that not all of two large weights is in memory. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Compute only once what is computed several times: nodes with the same operator, attributes and inputs become one, and
 * so do small weights with the same content. Graph outputs keep their names.
 */
export function shareCommonSubexpressions(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const same = new Map<Value, Value>();
  const current = (value: Value) => same.get(value) ?? value;

  const weights = new Map<string, Value>();
  const initializers = new Map<Value, HostTensor>();
  for (const [name, tensor] of graph.initializers) {
    const key = tensorKey(tensor);
    const candidate = weights.get(key);
    const first = candidate !== undefined && sameBytes(graph, candidate, name) ? candidate : undefined;
    if (first === undefined || outputs.has(name)) {
      initializers.set(name, tensor);
      if (candidate === undefined) weights.set(key, name);
    } else {
      same.set(name, first);
    }
  }

  const seen = new Map<string, Node>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = renameUses(original, current);
    const key = nodeKey(node);
    const first = key === undefined ? undefined : seen.get(key);
    if (first === undefined) {
      if (key !== undefined) seen.set(key, node);
      nodes.push(node);
      continue;
    }
    for (const [i, output] of node.outputs.entries()) {
      const shared = first.outputs[i] ?? "";
      if (output !== "") same.set(output, shared);
      if (outputs.has(output)) nodes.push(identity(shared, output));
    }
  }
  return { ...graph, nodes, initializers };
}

/** What nodes that compute the same have in common; undefined for those that are never the same. */
function nodeKey(node: Node): string | undefined {
  if (isRandom(node)) return undefined;
  const attributes = Object.entries(node.attributes);
  if (attributes.some(([, attribute]) => !isComparable(attribute))) return undefined;
  const inputs = COMMUTATIVE.has(node.opType) && node.domain === "" ? node.inputs.toSorted() : node.inputs;
  return JSON.stringify([
    node.domain,
    node.opType,
    inputs,
    node.outputs.map((output) => output !== ""),
    attributes
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, attribute]) => [name, attributeKey(attribute)]),
  ]);
}

/** Subgraphs and large tensors are not compared. */
function isComparable(attribute: Attribute): boolean {
  if (attribute.type === "graph" || attribute.type === "graphs") return false;
  const tensors =
    attribute.type === "tensor" ? [attribute.value] : attribute.type === "tensors" ? attribute.value : [];
  return tensors.every(({ dtype, shape }) => byteLength(dtype, shape) <= MAX_KEY_BYTES);
}

function attributeKey(attribute: Attribute): readonly unknown[] {
  if (attribute.type === "tensor") return [attribute.type, tensorKey(attribute.value)];
  if (attribute.type === "tensors") return [attribute.type, attribute.value.map(tensorKey)];
  // JSON has no NaN, no infinity and no -0.
  if (attribute.type === "float") return [attribute.type, floatKey(attribute.value)];
  if (attribute.type === "floats") return [attribute.type, attribute.value.map(floatKey)];
  return [attribute.type, attribute.value];
}

function floatKey(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function tensorKey(tensor: HostTensor): string {
  const bytes = bytesBetween(tensor, 0, MAX_KEY_BYTES);
  return `${tensor.dtype}[${tensor.shape.join()}]${String.fromCharCode(...bytes)}`;
}

/** Whether two weights with the same key are equal: an encoder-decoder's two tables of embeddings, say. */
function sameBytes({ initializers }: Graph, a: Value, b: Value): boolean {
  const [first, second] = [initializers.get(a), initializers.get(b)];
  if (first === undefined || second === undefined) return false;
  if (first === second || lieInOnePlace(first, second)) return true;
  const length = byteLength(first.dtype, first.shape);
  for (let start = MAX_KEY_BYTES; start < length; start += CHUNK_BYTES) {
    const right = bytesBetween(second, start, start + CHUNK_BYTES);
    if (!bytesBetween(first, start, start + CHUNK_BYTES).every((byte, i) => byte === right[i])) return false;
  }
  return true;
}

function lieInOnePlace(first: HostTensor, second: HostTensor): boolean {
  const [a, b] = [storedAt(first), storedAt(second)];
  return a !== undefined && a.path === b?.path && a.root === b.root && a.offset === b.offset;
}

function identity(input: Value, output: Value): Node {
  return { name: "", opType: "Identity", domain: "", inputs: [input], outputs: [output], attributes: {} };
}
