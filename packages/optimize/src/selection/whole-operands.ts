import { intAttribute, type Node, producersOf, removeDeadNodes, type Shape } from "@incipit/onnx";
import type { ShapedGraph } from "../pass.js";
import { shapeOf } from "../shape-of.js";
import { type Cut, cutOf } from "./selection.js";

/** A `Slice` that takes of a `Concat` some of its operands, these whole, as those operands. */
export function withWholeOperands(shaped: ShapedGraph): ShapedGraph {
  const { graph, shapes } = shaped;
  const producers = producersOf(graph);
  const nodes = graph.nodes.map((node): Node => {
    const [joined = ""] = node.inputs;
    const concat = producers.get(joined);
    if (node.opType !== "Slice" || concat?.opType !== "Concat") return node;
    const rank = shapes.get(joined)?.shape.length;
    if (rank === undefined) return node;
    const cut = cutOf(node, graph, rank);
    if (cut?.axis !== (intAttribute(concat, "axis", 0) + rank) % rank) return node;
    const sizes = concat.inputs.map((input) => shapeOf(shaped, input)?.[cut.axis]);
    const [first, last] = operandsIn(sizes, cut);
    const inputs = concat.inputs.slice(first, last);
    if (inputs.length === 0) return node;
    const { outputs } = node;
    return inputs.length === 1
      ? { ...node, opType: "Identity", inputs, attributes: {} }
      : { ...concat, name: node.name, inputs, outputs };
  });
  return { graph: removeDeadNodes({ ...graph, nodes }), shapes };
}

/** From which operand to before which the cut goes; nothing where it goes through one, or that is not known. */
function operandsIn(sizes: readonly (Shape[number] | undefined)[], { start, end }: Cut): [number, number] {
  // Where operands end, from the front, as far as sizes are known.
  const offsets = [0];
  for (const size of sizes) {
    if (typeof size !== "number") break;
    offsets.push((offsets.at(-1) ?? 0) + size);
  }
  const first = offsets.indexOf(start);
  const last = end >= MAX_SIZE ? sizes.length : offsets.indexOf(end);
  return first < 0 || last < 0 ? [0, 0] : [first, last];
}

/** Ends beyond this mean "to the end". */
const MAX_SIZE = 2 ** 31 - 1;
