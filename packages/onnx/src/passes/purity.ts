import type { Node } from "../graph/graph.js";

/** Operators that give something else each time. Dropout is one of them when it trains. */
const RANDOM = new Set([
  "Bernoulli",
  "Dropout",
  "Multinomial",
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
]);

/** Whether the node, or one in its subgraphs, may give different results for the same inputs. */
export function isRandom(node: Node): boolean {
  if (RANDOM.has(node.opType)) return true;
  return Object.values(node.attributes).some((attribute) => {
    if (attribute.type === "graph") return attribute.value.nodes.some(isRandom);
    return attribute.type === "graphs" && attribute.value.some(({ nodes }) => nodes.some(isRandom));
  });
}
