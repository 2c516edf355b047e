/** @file Short ways to write and read attributes. */
import { GraphError, type HostTensor } from "@incipit/core";
import type { Attribute, Attributes, Graph, Node } from "./graph.js";
import { describeNode } from "./query.js";

/** What an attribute may be written as: a plain number is an int, an array of numbers ints; floats say so. */
export type AttributeLike = Attribute | number | string | readonly number[];

/** A float attribute. */
export function float(value: number): Attribute {
  return { type: "float", value };
}

/** A tensor attribute. */
export function tensorAttribute(value: HostTensor): Attribute {
  return { type: "tensor", value };
}

export function toAttributes(attributes: Readonly<Record<string, AttributeLike>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)]));
}

function toAttribute(value: AttributeLike): Attribute {
  if (typeof value === "number") return { type: "int", value };
  if (typeof value === "string") return { type: "string", value };
  if (Array.isArray(value)) return { type: "ints", value: value as readonly number[] };
  return value as Attribute;
}

type ValueOf<K extends Attribute["type"]> = Extract<Attribute, { readonly type: K }>["value"];

/** A node's attribute of the given type, or `fallback` where the node has none. */
function read<K extends Attribute["type"], F>(
  node: Node,
  name: string,
  type: K,
  fallback: F,
): ValueOf<K> | F {
  const attribute = node.attributes[name];
  if (attribute === undefined) return fallback;
  if (attribute.type !== type) {
    throw new GraphError(
      `${describeNode(node)}: attribute "${name}" should be of type ${type}, it is of type ${attribute.type}`,
    );
  }
  return attribute.value as ValueOf<K>;
}

export function intAttribute<F = number>(node: Node, name: string, fallback: F): number | F {
  return read(node, name, "int", fallback) as number | F;
}

export function floatAttribute<F = number>(node: Node, name: string, fallback: F): number | F {
  return read(node, name, "float", fallback) as number | F;
}

export function intsAttribute<F = readonly number[]>(
  node: Node,
  name: string,
  fallback: F,
): readonly number[] | F {
  return read(node, name, "ints", fallback) as readonly number[] | F;
}

export function stringAttribute<F = string>(node: Node, name: string, fallback: F): string | F {
  return read(node, name, "string", fallback);
}

export function graphAttribute(node: Node, name: string): Graph | undefined {
  return read(node, name, "graph", undefined);
}
