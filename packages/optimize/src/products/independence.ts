import { type Graph, type Node, producersOf, usesOf } from "@incipit/onnx";

/**
 * Joins nodes of a graph, two at a time, and says of each two whether they could be: not if one depends on the other, be it
 * by way of nodes that were joined before, for then there would be a cycle.
 */
export function independence(graph: Graph): (a: Node, b: Node) => boolean {
  const producers = producersOf(graph);
  const partners = new Map<Node, Node>();
  const sourcesOf = (node: Node) => usesOf(node).flatMap((value) => producers.get(value) ?? []);
  return (a, b) => {
    const seen = new Set<Node>();
    const pending = [...sourcesOf(a), ...sourcesOf(b)];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (node === a || node === b) return false;
      if (seen.has(node)) continue;
      seen.add(node);
      const partner = partners.get(node);
      pending.push(...sourcesOf(node), ...(partner === undefined ? [] : [partner]));
    }
    partners.set(a, b);
    partners.set(b, a);
    return true;
  };
}
