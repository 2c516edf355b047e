import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, type Node } from "@incipit/onnx";
import { decompositionOf } from "./lowering/table.js";

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
      (decompositionOf(node) !== undefined
        ? "It is a fused operator that can be taken apart: differentiate what `lower` makes of the graph."
        : "Add a rule to @incipit/autodiff (its README shows how), or put the prompt or head after this node."),
    { details: { opType: node.opType, domain: node.domain, node: node.name, opset } },
  );
}
