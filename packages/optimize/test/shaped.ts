import { type Graph, type Value, type ValueTensors, type ShapedValue } from "@incipit/onnx";
import { evaluateReference } from "@incipit/testing";
import type { ShapedGraph } from "../src/pass.js";

/** Sizes that stand for what varies; nothing else in a test's graph has them. */
export const SIZES = { batch: 3, seq: 7 };

/** A graph with the shapes of all its values, as evaluating it shows them; sizes that vary become their symbols. */
export async function shaped(
  graph: Graph,
  feeds: ValueTensors,
  sizes: Readonly<Record<string, number>> = SIZES,
): Promise<ShapedGraph> {
  const symbolOf = (size: number) => Object.keys(sizes).find((symbol) => sizes[symbol] === size) ?? size;
  const values = graph.nodes.flatMap(({ outputs }) => outputs.filter((output) => output !== ""));
  const computed = await evaluateReference({ ...graph, outputs: values.map((name) => ({ name })) }, feeds);
  const shapes = new Map<Value, ShapedValue>();
  for (const [name, { dtype, shape }] of [
    ...graph.initializers,
    ...Object.entries({ ...feeds, ...computed }),
  ]) {
    const symbols = graph.initializers.has(name) ? shape : shape.map(symbolOf);
    shapes.set(name, { name, dtype, shape: symbols });
  }
  return { graph, shapes };
}
