import { DATA_TYPE, type Graph, type Node } from "@incipit/onnx";
import { tensor } from "@incipit/tensor";

/** A model of float32, written in floats of 16 bits: its weights, its states, what goes in and what comes out. */
export function inHalves(graph: Graph, dtype: "float16" | "bfloat16"): Graph {
  const half = <I extends { readonly dtype?: unknown }>(info: I): I =>
    info.dtype === "float32" ? { ...info, dtype } : info;
  const cast = (node: Node): Node => {
    const { to } = node.attributes;
    if (node.opType !== "Cast" || to?.value !== DATA_TYPE.float32) return node;
    return { ...node, attributes: { to: { type: "int", value: DATA_TYPE[dtype] } } };
  };
  return {
    ...graph,
    inputs: graph.inputs.map(half),
    outputs: graph.outputs.map(half),
    nodes: graph.nodes.map(cast),
    initializers: new Map(
      Array.from(graph.initializers, ([name, weight]) => [
        name,
        weight.dtype === "float32" ? tensor(dtype, weight.shape, Array.from(weight.data)) : weight,
      ]),
    ),
  };
}
