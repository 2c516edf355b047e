/** @file Short ways to write and read attributes. */
import { GraphError, type HostTensor } from "@incipit/core";
import type { Attribute, Attributes, AttributeValues, Node } from "./graph.js";
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

/** Reads a node's attribute of the given type, or gives `fallback` where the node has none. */
function reader<K extends keyof AttributeValues>(type: K) {
  return <F>(node: Node, name: string, fallback: F): AttributeValues[K] | F => {
    const attribute = node.attributes[name];
    if (attribute === undefined) return fallback;
    if (attribute.type !== type) {
      throw new GraphError(
        `${describeNode(node)}: attribute "${name}" should be of type ${type}, it is of type ${attribute.type}`,
      );
    }
    return attribute.value as AttributeValues[K];
  };
}

export const intAttribute = reader("int");
export const intsAttribute = reader("ints");
export const floatAttribute = reader("float");
export const stringAttribute = reader("string");
export const graphAttribute = reader("graph");
