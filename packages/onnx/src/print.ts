import type { Attribute, Graph, Node, OutputInfo } from "./graph/graph.js";
import { formatType } from "./graph/tensors.js";

/**
 * A graph as text, one line per weight and per node, for error messages and snapshots.
 *
 * @example
 * ```text
 * classifier(x: float32[batch,2]) -> (y: float32[batch,3]) {
 *   weight = float32[2,3]
 *   y = MatMul(x, weight)
 * }
 * ```
 */
export function printGraph(graph: Graph): string {
  return lines(graph).join("\n");
}

function lines(graph: Graph): readonly string[] {
  const head = `${graph.name}(${graph.inputs.map(info).join(", ")}) -> (${graph.outputs.map(info).join(", ")}) {`;
  const weights = Array.from(
    graph.initializers,
    ([name, { dtype, shape }]) => `${name} = ${formatType(dtype, shape)}`,
  );
  return [head, ...[...weights, ...graph.nodes.map(printNode)].map(indent), "}"];
}

/** A node as text: `y = Gather<axis=0>(table, ids)`. */
export function printNode(node: Node): string {
  const operator = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
  const attributes = Object.entries(node.attributes).map(
    ([name, attribute]) => `${name}=${print(attribute)}`,
  );
  const parameters = attributes.length === 0 ? "" : `<${attributes.join(", ")}>`;
  return `${values(node.outputs)} = ${operator}${parameters}(${values(node.inputs)})`;
}

/** Absent optional values are shown as `_`. */
function values(names: readonly string[]): string {
  return names.map((name) => name || "_").join(", ");
}

function info({ name, dtype, shape }: OutputInfo): string {
  return dtype === undefined ? name : `${name}: ${formatType(dtype, shape)}`;
}

function print(attribute: Attribute): string {
  switch (attribute.type) {
    case "int":
      return String(attribute.value);
    case "float":
      return float(attribute.value);
    case "string":
      return JSON.stringify(attribute.value);
    case "tensor":
      return formatType(attribute.value.dtype, attribute.value.shape);
    case "graph":
      return lines(attribute.value).join("\n");
    case "ints":
      return list(attribute.value.map(String));
    case "floats":
      return list(attribute.value.map(float));
    case "strings":
      return list(attribute.value.map((text) => JSON.stringify(text)));
    case "tensors":
      return list(attribute.value.map(({ dtype, shape }) => formatType(dtype, shape)));
    case "graphs":
      return list(attribute.value.map((graph) => lines(graph).join("\n")));
  }
}

function list(items: readonly string[]): string {
  return `[${items.join(",")}]`;
}

/** The shortest text for a float32: 0.1, not 0.10000000149011612. */
function float(value: number): string {
  return String(Number(value.toPrecision(7)));
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
