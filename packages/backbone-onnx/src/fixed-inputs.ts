import { GraphBuilder, onnxOps, type Graph, type ValueInfo } from "@incipit/onnx";

/** How many positions at a text's end get logits; 0 stands for all. */
const LOGITS_KEPT = "num_logits_to_keep";

/** The input that chooses between the branches of two decoders merged into one. */
const CACHE_SWITCH = "use_cache_branch";

/**
 * Provides the inputs that only cached generation feeds: key/value caches are empty, switches between cached and uncached
 * branches are off, and all positions get logits. A training step sees whole sequences, so there is nothing in a cache.
 * @param ids the graph input whose first axis is the batch
 */
export function fixCacheInputs(graph: Graph, ids: string): Graph {
  const g = new GraphBuilder(fixCacheSwitch(graph, false));
  const ops = onnxOps(g);
  if (graph.inputs.some((input) => input.name === LOGITS_KEPT)) {
    g.replaceInput(LOGITS_KEPT, () =>
      g.initializer({ dtype: "int64", shape: [], data: BigInt64Array.of(0n) }),
    );
  }
  for (const input of graph.inputs.filter(isCache)) {
    g.replaceInput(input.name, () => {
      const [, ...sizes] = emptyShape(input);
      const empty = g.initializer(noElements(input, [1, ...sizes]), "empty");
      return ops.expand(empty, [{ of: ids, axis: 0 }, ...sizes]);
    });
  }
  return g.build();
}

/** Whether two decoders, with and without a cache, are merged into this one. */
export function isMerged({ inputs }: Graph): boolean {
  return inputs.some((input) => input.name === CACHE_SWITCH);
}

/** Chooses one of two merged decoders; other graphs stay as they are. */
export function fixCacheSwitch(graph: Graph, usesCache: boolean): Graph {
  if (!isMerged(graph)) return graph;
  const g = new GraphBuilder(graph);
  g.replaceInput(CACHE_SWITCH, () =>
    g.initializer({ dtype: "bool", shape: [1], data: Uint8Array.of(Number(usesCache)) }),
  );
  return g.build();
}

/** `past_key_values.0.key` and its like, `[batch, heads, past, headDim]`. */
export function isCache({ name, shape }: ValueInfo): boolean {
  return name.startsWith("past") && shape?.length === 4;
}

/** The cache's shape with no past in it; heads and head size are constant. */
function emptyShape({ shape = [] }: ValueInfo): readonly number[] {
  return shape.map((dim) => (typeof dim === "number" ? dim : 0));
}

function noElements({ dtype }: ValueInfo, shape: readonly number[]) {
  return dtype === "float16"
    ? ({ dtype, shape, data: new Uint16Array() } as const)
    : ({ dtype: "float32", shape, data: new Float32Array() } as const);
}
