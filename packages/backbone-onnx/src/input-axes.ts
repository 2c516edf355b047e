import type { Dimension, Graph } from "@incipit/onnx";
import type { PromptSite } from "./prompt-site.js";
import { tokenInputs } from "./splice.js";

/**
 * Exporters call the same axes by different names, or by none; here they are `batch`, `seq` and `decoder_seq`. Other axes
 * with a name get the size that `sizes` has for it.
 */
export function withNamedAxes(
  graph: Graph,
  site: PromptSite,
  sizes: Readonly<Record<string, number>>,
): Graph {
  const perToken = new Set(site.kind === "tokens" ? tokenInputs(graph, site.ids) : []);
  const named = (name: string, dim: Dimension, axis: number): Dimension => {
    if (axis === 0) return typeof dim === "number" ? dim : "batch";
    if (axis === 1 && perToken.has(name)) return "seq";
    if (axis === 1 && name.startsWith("decoder_")) return "decoder_seq";
    return typeof dim === "string" ? (sizes[dim] ?? dim) : dim;
  };
  const inputs = graph.inputs.map((input) => ({
    ...input,
    shape: input.shape?.map((dim, axis) => named(input.name, dim, axis)),
  }));
  return { ...graph, inputs };
}
