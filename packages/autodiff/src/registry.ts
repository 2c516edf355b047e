import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, type Node } from "@incipit/onnx";
import type { Rule, RuleTable } from "./rule.js";
import { activationRules } from "./rules/activations.js";
import { elementwiseRules } from "./rules/elementwise.js";
import { indexingRules } from "./rules/indexing.js";
import { matmulRules } from "./rules/matmul.js";
import { movementRules } from "./rules/movement.js";
import { normalizationRules } from "./rules/normalization.js";
import { reductionRules } from "./rules/reduction.js";

/** The rules of ONNX's own operators, at opset 18 and later. */
export const rules: RuleTable = {
  ...elementwiseRules,
  ...activationRules,
  ...matmulRules,
  ...movementRules,
  ...indexingRules,
  ...reductionRules,
  ...normalizationRules,
};

/** Operators that have a rule, or are declared to have derivative zero. */
export function supportedOperators(): readonly string[] {
  return Object.keys(rules).sort();
}

/** The rule of a node's operator, `undefined` where nobody wrote one. */
export function ruleOf(node: Node): Rule | "zero" | undefined {
  return node.domain === "" || node.domain === "ai.onnx" ? rules[node.opType] : undefined;
}

/** What is thrown for an operator without a rule; `path` are the nodes between the parameters and the loss. */
export function unsupported(node: Node, opset: number, path: readonly Node[]): UnsupportedOperatorError {
  const place = path.indexOf(node);
  const neighbours = [
    ...(place > 1 ? ["…"] : []),
    ...path.slice(Math.max(0, place - 1), place + 2).map(describeNode),
    ...(place + 2 < path.length ? ["…"] : []),
  ];
  return new UnsupportedOperatorError(
    `${describeNode(node)} (opset ${opset}) has no gradient rule, and the loss depends on the trained parameters ` +
      `through it: parameters → ${neighbours.join(" → ")} → loss. ` +
      `Add a rule to @incipit/autodiff (its README shows how), or put the prompt or head after this node.`,
    { details: { opType: node.opType, domain: node.domain, node: node.name, opset } },
  );
}
