/** @file What goes in is float32, whatever a model computes in. */
import type { Batch } from "@incipit/core";
import { DATA_TYPE, GraphBuilder, type Graph } from "@incipit/onnx";
import { toFloat32 } from "@incipit/tensor";

/** The graph with float32 for inputs of 16 bits, which it casts. */
export function takeFloat32(graph: Graph): Graph {
  if (!graph.inputs.some(({ dtype }) => dtype === "float16")) return graph;
  const g = new GraphBuilder(graph);
  for (const { name, dtype } of graph.inputs)
    if (dtype === "float16") g.rewire(name, (input) => g.op("Cast", [input], { to: DATA_TYPE.float16 }));
  const inputs = graph.inputs.map((input) =>
    input.dtype === "float16" ? { ...input, dtype: "float32" as const } : input,
  );
  return { ...g.build(), inputs };
}

/** A batch with its floats in float32. */
export function inFloat32(batch: Batch): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, tensor]) => [
      name,
      tensor.dtype.includes("float") ? toFloat32(tensor) : tensor,
    ]),
  );
}
