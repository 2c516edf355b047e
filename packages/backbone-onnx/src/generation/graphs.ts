/** @file The graphs that text is generated with. They take the virtual tokens and the place to read at as inputs. */
import { GraphError, type ParameterSpec, type Placement, type PromptModule } from "@incipit/core";
import { extractSubgraph, GraphBuilder, int64, onnxOps, removeDeadNodes, type Graph } from "@incipit/onnx";
import { promptStart } from "@incipit/tensor";
import type { FrozenModel } from "../compose.js";
import type { PromptSite } from "../prompt-site.js";
import { isCacheOutput } from "./cache.js";

/** The input with the virtual tokens, `[1 or batch, n, width]`; `n` is 0 where they were read before. */
export const VIRTUAL_TOKENS = "virtual_tokens";
/** The input that says at which position each text's next token is told, `[batch]`. */
export const LAST_POSITION = "last_position";
/** The output with the logits at that position, `[batch, vocabulary]` float32. */
export const NEXT_LOGITS = "next_logits";

/**
 * Lets a graph take virtual tokens as an input: they stand in the place of as many placeholders among the token ids. All
 * else that the graph is told of its tokens must count them already.
 */
export function takeVirtualTokens(graph: Graph, { embedding }: PromptSite, placement: Placement): Graph {
  const g = new GraphBuilder(graph);
  const ops = onnxOps(g);
  const virtual = g.input(VIRTUAL_TOKENS, "float32", ["prompts", "virtual", undefined]);
  const start = promptStart({ placement, virtualTokens: 0 });
  g.rewire(embedding, (tokens) => {
    const count = g.op("Shape", [virtual], { start: 1, end: 2 });
    const rows = ops.expand(g.op("CastLike", [virtual, tokens]), [
      { of: tokens, axis: 0 },
      { of: virtual, axis: 1 },
      { of: tokens, axis: 2 },
    ]);
    const from = ops.add(count, ops.constant(int64([start])));
    const after = g.op("Slice", [
      tokens,
      from,
      ops.constant(int64([Number.MAX_SAFE_INTEGER])),
      ops.constant(int64([1])),
    ]);
    return ops.concat(start === 0 ? [rows, after] : [ops.slice(tokens, 1, 0, start), rows, after], 1);
  });
  return g.build();
}

/**
 * The graph with the logits of one position per text, and the key/value cache, for outputs.
 * @throws {GraphError} when it has no output `logits`
 */
export function readNextLogits(graph: Graph): Graph {
  if (!graph.outputs.some((output) => output.name === "logits")) {
    const names = graph.outputs.map((output) => output.name).join(", ");
    throw new GraphError(`Generating text needs a model with an output "logits"; this one has ${names}.`);
  }
  const g = new GraphBuilder(graph);
  const ops = onnxOps(g);
  const caches = graph.outputs.filter(isCacheOutput);
  const last = g.input(LAST_POSITION, "int64", ["batch"]);
  g.clearOutputs();
  const at = ops.reshape(last, [-1, 1]);
  g.output(ops.cast(g.op("GatherND", ["logits", at], { batch_dims: 1 }), "float32"), NEXT_LOGITS);
  for (const cache of caches) g.output(cache.name, cache.name, cache.dtype, cache.shape);
  return removeDeadNodes(g.build());
}

/** The virtual tokens `[1 or batch, n, width]` as a function of the prompt's parameters and, if need be, the text. */
export function promptGraph(
  { graph, site }: FrozenModel,
  prompt: PromptModule,
  specs: readonly ParameterSpec[],
): Graph {
  const g = new GraphBuilder(graph);
  g.clearOutputs();
  const ops = onnxOps(g);
  const parameters = Object.fromEntries(
    specs.map((spec) => [spec.name, g.input(spec.name, "float32", spec.shape)]),
  );
  const virtual = g.scope("prompt", () => prompt.build(ops, { parameters, embeddings: site.embedding }));
  // By broadcasting, one prompt for all texts gets an axis for them, and one per text stays as it is.
  const shape = [1, { of: virtual, axis: -2 }, { of: virtual, axis: -1 }];
  g.output(ops.expand(virtual, shape), VIRTUAL_TOKENS, "float32");
  return extractSubgraph(g.build(), [VIRTUAL_TOKENS]);
}
