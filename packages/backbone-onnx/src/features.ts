import { probeShapes } from "@incipit/autodiff";
import { GraphError, type FeatureSpec } from "@incipit/core";
import type { Graph, OutputInfo } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { probes, type TextProbe } from "./probes.js";

/**
 * Rank and width of the graph's float outputs; where the file leaves them open, by running the model twice.
 * @throws {GraphError} when there is none of rank 2 or 3
 */
export async function featureSpecs(
  graph: Graph,
  text: TextProbe,
): Promise<Readonly<Record<string, FeatureSpec>>> {
  const outputs = graph.outputs.filter((output) => output.dtype?.includes("float") === true);
  const open = outputs.filter((output) => typeof output.shape?.at(-1) !== "number");
  const probed =
    open.length === 0
      ? undefined
      : await probeShapes(graph, {
          evaluate,
          probes: probes(graph, text),
          values: open.map((output) => output.name),
        });
  const specs = outputs.flatMap((output) => {
    const spec = featureSpec(probed?.get(output.name) ?? output);
    return spec === undefined ? [] : [[output.name, spec] as const];
  });
  if (specs.length === 0)
    throw new GraphError("The model has no float output of rank 2 or 3 that a head could read.");
  return Object.fromEntries(specs);
}

function featureSpec({ shape }: OutputInfo): FeatureSpec | undefined {
  const width = shape?.at(-1);
  if (shape?.length === 2) {
    return typeof width === "number" ? { kind: "pooled", width } : { kind: "positions", width: 1 };
  }
  return shape?.length === 3 && typeof width === "number" ? { kind: "tokens", width } : undefined;
}
