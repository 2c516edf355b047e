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

/**
 * Attributes from their short forms.
 * @throws {GraphError} when a plain number is no integer
 */
export function toAttributes(attributes: Readonly<Record<string, AttributeLike>>): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, toAttribute(name, value)]),
  );
}

function toAttribute(name: string, value: AttributeLike): Attribute {
  if (typeof value === "number") return { type: "int", value: integer(name, value) };
  if (typeof value === "string") return { type: "string", value };
  return "type" in value ? value : { type: "ints", value: value.map((item) => integer(name, item)) };
}

function integer(name: string, value: number): number {
  if (Number.isInteger(value)) return value;
  throw new GraphError(
    `Attribute "${name}": ${value} is no integer; write float(${value}) for a float attribute.`,
  );
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

/** A node's integer. @throws {GraphError} when the attribute is of another type */
export const intAttribute = reader("int");
/** A node's list of integers. @throws {GraphError} when the attribute is of another type */
export const intsAttribute = reader("ints");
/** A node's float. @throws {GraphError} when the attribute is of another type */
export const floatAttribute = reader("float");
/** A node's text. @throws {GraphError} when the attribute is of another type */
export const stringAttribute = reader("string");
/** A node's subgraph. @throws {GraphError} when the attribute is of another type */
export const graphAttribute = reader("graph");
