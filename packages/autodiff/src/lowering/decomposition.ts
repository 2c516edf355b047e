import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, type Value } from "@incipit/onnx";
import type { NodeContext } from "../rule.js";

/**
 * A fused operator in terms of operators that have gradient rules: builds what the node computes and gives its outputs
 * in their order, undefined for one that it does not provide.
 */
export type Decomposition = (c: NodeContext) => readonly (Value | undefined)[];

/** Decompositions by operator, outside ONNX's own operators with the domain in front. */
export type DecompositionTable = Readonly<Record<string, Decomposition>>;

/** An input that the node may leave out. */
export function optional(c: NodeContext, i: number): Value | undefined {
  return c.node.inputs[i] || undefined;
}

/** The error for a form of a fused operator that its decomposition does not know. */
export function unsupportedForm({ node }: NodeContext, what: string): UnsupportedOperatorError {
  return new UnsupportedOperatorError(`${describeNode(node)}: no gradient with ${what}.`, {
    details: { opType: node.opType, domain: node.domain, node: node.name },
  });
}

/** Refuses inputs that change what the node computes in a way that its decomposition does not know. */
export function refuseInputs(c: NodeContext, names: Readonly<Record<number, string>>): void {
  for (const [i, name] of Object.entries(names)) {
    if (optional(c, Number(i)) !== undefined) throw unsupportedForm(c, `its input "${name}"`);
  }
}

/** Refuses attributes with other values than these, which are their defaults. */
export function refuseAttributes(c: NodeContext, defaults: Readonly<Record<string, number | string>>): void {
  for (const [name, expected] of Object.entries(defaults)) {
    const attribute = c.node.attributes[name];
    if (attribute !== undefined && attribute.value !== expected) {
      throw unsupportedForm(c, `the attribute "${name}"`);
    }
  }
}
