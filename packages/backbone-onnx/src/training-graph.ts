import { GraphError, RuntimeError } from "@incipit/core";
import { differentiate, lower, probeShapes, valuesToProbe } from "@incipit/autodiff";
import { foldConstants, shareCommonSubexpressions, type Graph, type Value } from "@incipit/onnx";
import { inferShapes, pushSelectionsUp } from "@incipit/optimize";
import { evaluate } from "@incipit/runtime";
import { LOSS, type Composition } from "./compose.js";
import { probes, type TextProbe } from "./probes.js";

/**
 * The training graph: what `compose` made, with an output `gradientName(p)` for every trainable parameter `p`.
 * @throws {UnsupportedOperatorError} when an operator between prompt and loss has no gradient rule
 * @throws {GraphError} when the model does not run at the lengths that a prompt makes
 */
export async function trainingGraph(
  { graph, rowsPerExample }: Pick<Composition, "graph" | "rowsPerExample">,
  trainable: readonly string[],
  text?: TextProbe,
): Promise<Graph> {
  const folded = shareCommonSubexpressions(await foldConstants(graph, evaluate));
  const feeds = probes(folded, text, rowsPerExample);
  const probe = (probed: Graph, values: readonly Value[]) =>
    probeShapes(probed, { evaluate, probes: feeds, values }).catch(explain);
  const lowered = await lower(folded, { loss: LOSS, wrt: trainable, probe });
  const shapes = await probe(lowered, valuesToProbe(lowered, LOSS, trainable));
  const forward = pushSelectionsUp(inferShapes({ graph: lowered, shapes }));
  const differentiated = differentiate(forward.graph, { loss: LOSS, wrt: trainable, shapes: forward.shapes });
  const training = { ...differentiated, graph: shareCommonSubexpressions(differentiated.graph) };
  return pushSelectionsUp(inferShapes(training)).graph;
}

/** A model that ran by itself, but does not with a prompt in it. */
function explain(cause: unknown): never {
  if (!(cause instanceof RuntimeError)) throw cause;
  throw new GraphError(
    `The model does not run with its input made longer by a prompt. Was it exported for one fixed length? ${cause.message}`,
    { cause },
  );
}
