import type { NamedTensors } from "@incipit/core";
import { type Graph, sizeOf } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";

/** Operations of all matrix products of a graph, two per multiply-add, counted by running it and looking at every operand. */
export async function countProducts(graph: Graph, feeds: NamedTensors): Promise<number> {
  const products = graph.nodes.filter(({ opType }) => opType === "MatMul" || opType === "Gemm");
  const values = new Set(products.flatMap(({ inputs, outputs }) => [inputs[0] ?? "", outputs[0] ?? ""]));
  const given: NamedTensors = { ...Object.fromEntries(graph.initializers), ...feeds };
  const computed = [...values].filter((value) => given[value] === undefined);
  const results = await evaluate({ ...graph, outputs: computed.map((name) => ({ name })) }, feeds);
  const shapeOf = (value: string | undefined) => (given[value ?? ""] ?? results[value ?? ""])?.shape ?? [];
  return products.reduce((sum, { opType, inputs, outputs, attributes }) => {
    const transposed = opType === "Gemm" && attributes["transA"]?.value === 1;
    const inner = shapeOf(inputs[0]).at(transposed ? 0 : -1) ?? 0;
    return sum + 2 * sizeOf(shapeOf(outputs[0])) * inner;
  }, 0);
}
