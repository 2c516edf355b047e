/** @file The graphs that are run: what `compose` made, optimised and differentiated. */
import { GraphError, RuntimeError } from "@incipit/core";
import { differentiate, lower, probeShapes, valuesToProbe } from "@incipit/autodiff";
import { foldConstants, shareCommonSubexpressions, type Graph, type Value } from "@incipit/onnx";
import {
  fuseGelu,
  inferShapes,
  int8Products,
  joinProducts,
  pushSelectionsUp,
  sharePrefix,
  scatterCrossEntropy,
  sequence,
  shareErf,
  type Pass,
  type ShapedGraph,
} from "@incipit/optimize";
import { evaluate } from "@incipit/runtime";
import { LOSS, type Composition } from "./compose.js";
import { int8Limit } from "./int8-limit.js";
import type { OptimizationOptions, PASSES } from "./optimization.js";
import { probes, type TextProbe } from "./probes.js";

type Composed = Pick<Composition, "graph" | "rowsPerExample" | "prefix">;

/** What the graphs are made with besides what was composed. */
export interface GraphOptions {
  readonly optimization?: OptimizationOptions;
  readonly text?: TextProbe;
}

/**
 * The training graph: what `compose` made, with an output `gradientName(p)` for every trainable parameter `p`.
 * @throws {UnsupportedOperatorError} when an operator between prompt and loss has no gradient rule
 * @throws {GraphError} when the model does not run at the lengths that a prompt makes
 */
export async function trainingGraph(
  composition: Composed,
  trainable: readonly string[],
  options: GraphOptions = {},
): Promise<Graph> {
  const folded = shareCommonSubexpressions(await foldConstants(composition.graph, evaluate));
  const probe = prober(composition, folded, options.text);
  const lowered = await lower(folded, { loss: LOSS, wrt: trainable, probe });
  const shapes = await probe(lowered, valuesToProbe(lowered, LOSS, trainable));
  const selections = unless(options, "selections", pushSelectionsUp);
  const prepare = sequence([inferShapes, unless(options, "fusion", fuseGelu), selections]);
  const forward = await withSharedPrefix(prepare({ graph: lowered, shapes }), composition, options);
  const differentiated = differentiate(forward.graph, {
    loss: LOSS,
    wrt: trainable,
    shapes: forward.shapes,
  });
  const training = { ...differentiated, graph: shareCommonSubexpressions(differentiated.graph) };
  const finish = sequence([
    inferShapes,
    selections,
    unless(options, "fusion", sequence([scatterCrossEntropy, shareErf])),
    await productsPass(options, training.graph, [LOSS]),
  ]);
  return finish(training).graph;
}

/** The graph that predicts: what `compose` made without an objective. */
export async function predictionGraph(
  composition: Composed,
  embedding: Value,
  options: GraphOptions = {},
): Promise<Graph> {
  const folded = shareCommonSubexpressions(await foldConstants(composition.graph, evaluate));
  const outputs = folded.outputs.map(({ name }) => name);
  const values = outputs.flatMap((output) => valuesToProbe(folded, output, [embedding]));
  const shapes = await prober(composition, folded, options.text)(folded, [...new Set(values)]);
  const prepare = sequence([inferShapes, unless(options, "selections", pushSelectionsUp)]);
  const shared = await withSharedPrefix(prepare({ graph: folded, shapes }), composition, options);
  return (await productsPass(options, folded, outputs))(shared).graph;
}

/** The pass, if it is not to be left out. */
function unless({ optimization }: GraphOptions, name: (typeof PASSES)[number], pass: Pass): Pass {
  return optimization?.without?.includes(name) === true ? (shaped) => shaped : pass;
}

/** The prompt by itself computed once per batch, where it stands in front of a causal model's texts. */
async function withSharedPrefix(
  shaped: ShapedGraph,
  { prefix, rowsPerExample }: Composed,
  { optimization, text }: GraphOptions,
): Promise<ShapedGraph> {
  const batch = probes(shaped.graph, text, rowsPerExample).at(-1);
  if (prefix === undefined || batch === undefined || optimization?.without?.includes("prefix") === true)
    return shaped;
  return sharePrefix(shaped, { prefix, evaluate, batch });
}

/** What becomes of products with frozen matrices. In 8 bits joined ones take as long, and their rows would share one scale. */
async function productsPass(options: GraphOptions, graph: Graph, forward: readonly Value[]): Promise<Pass> {
  const precision = options.optimization?.precision ?? (isQuantized(graph) ? "quantised" : "fp32");
  if (precision === "fp32") return unless(options, "prefix", joinProducts);
  const products = precision === "int8" ? "all" : "already";
  return int8Products({ forward, limit: await int8Limit(), products });
}

/** Whether activations are rounded on the way, as in models that come quantised. */
function isQuantized({ nodes }: Graph): boolean {
  return nodes.some(({ opType }) => opType === "DynamicQuantizeLinear" || opType === "DynamicQuantizeMatMul");
}

function prober({ rowsPerExample }: Composed, graph: Graph, text?: TextProbe) {
  const feeds = probes(graph, text, rowsPerExample);
  return (probed: Graph, values: readonly Value[]) =>
    probeShapes(probed, { evaluate, probes: feeds, values }).catch(explain);
}

/** A model that ran by itself, but does not with a prompt in it. */
function explain(cause: unknown): never {
  if (!(cause instanceof RuntimeError)) throw cause;
  throw new GraphError(
    `The model does not run with its input made longer by a prompt. Was it exported for one fixed length? ${cause.message}`,
    { cause },
  );
}
