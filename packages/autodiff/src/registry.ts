import type { Node } from "@incipit/onnx";
import { decompositions } from "./lowering/table.js";
import { operatorOf } from "./operator.js";
import type { Rule, RuleTable } from "./rule.js";
import { activationRules } from "./rules/activations.js";
import { convolutionRules } from "./rules/convolution.js";
import { elementwiseRules } from "./rules/elementwise.js";
import { fourierRules } from "./rules/fourier.js";
import { indexingRules } from "./rules/indexing.js";
import { matmulRules } from "./rules/matmul.js";
import { movementRules } from "./rules/movement.js";
import { normalizationRules } from "./rules/normalization.js";
import { quantizationRules } from "./rules/quantization.js";
import { reductionRules } from "./rules/reduction.js";
import { rotaryRules } from "./rules/rotary.js";
import { spaceRules } from "./rules/space.js";

/** The rules of ONNX's operators, at opset 18 and later, and of ONNX Runtime's own. */
export const rules: RuleTable = {
  ...elementwiseRules,
  ...activationRules,
  ...matmulRules,
  ...movementRules,
  ...indexingRules,
  ...reductionRules,
  ...normalizationRules,
  ...convolutionRules,
  ...spaceRules,
  ...rotaryRules,
  ...fourierRules,
  ...quantizationRules,
};

/** Operators that a gradient passes through: by a rule, as one whose derivative is zero, or taken apart by `lower`. */
export function supportedOperators(): readonly string[] {
  return [...Object.keys(rules), ...Object.keys(decompositions)].sort();
}

/** The rule of a node's operator, `undefined` where nobody wrote one. */
export function ruleOf(node: Node): Rule | "zero" | undefined {
  const operator = operatorOf(node);
  return Object.hasOwn(rules, operator) ? rules[operator] : undefined;
}
