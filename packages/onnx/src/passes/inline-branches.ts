import { graphAttribute } from "../graph/attributes.js";
import { renameUses, uniqueNames } from "../graph/edit.js";
import type { Graph, Node, Value } from "../graph/graph.js";
import { namesIn } from "../graph/query.js";

/**
 * Replaces every `If` whose condition is a constant by the branch that it takes: what merged decoders have for reading with
 * a cache and without.
 */
export function inlineBranches(graph: Graph): Graph {
  const fresh = uniqueNames(namesIn(graph));
  const initializers = new Map(graph.initializers);

  const inlined = (node: Node): readonly Node[] => {
    const condition =
      node.opType === "If" && node.domain === "" ? initializers.get(node.inputs[0] ?? "") : undefined;
    if (condition === undefined) return [node];
    const branch = graphAttribute(node, condition.data[0] ? "then_branch" : "else_branch", undefined);
    if (branch === undefined) return [node];
    // Both branches may use the same names, so that those of the one taken become new.
    const names = new Map<Value, Value>([["", ""]]);
    const rename = (value: Value) => names.get(value) ?? value;
    for (const [name, tensor] of branch.initializers) {
      names.set(name, fresh(name));
      initializers.set(rename(name), tensor);
    }
    const nodes = branch.nodes.flatMap((inner) => {
      for (const output of inner.outputs) if (output !== "") names.set(output, fresh(output));
      return inlined({
        ...renameUses(inner, rename),
        name: fresh(inner.name),
        outputs: inner.outputs.map(rename),
      });
    });
    const results = node.outputs.flatMap((output, i): readonly Node[] => {
      const value = branch.outputs[i]?.name;
      if (output === "" || value === undefined) return [];
      const inputs = [rename(value)];
      return [
        { name: fresh(output), opType: "Identity", domain: "", inputs, outputs: [output], attributes: {} },
      ];
    });
    return [...nodes, ...results];
  };

  const nodes = graph.nodes.flatMap(inlined);
  return { ...graph, nodes, initializers };
}
