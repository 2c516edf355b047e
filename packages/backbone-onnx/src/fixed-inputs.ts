import { GraphBuilder, onnxOps, type Graph, type ValueInfo } from "@incipit/onnx";

/**
 * Provides the inputs that only cached generation feeds: key/value caches are empty, and switches between cached and
 * uncached branches are off. A training step sees whole sequences, so there is nothing in a cache.
 * @param ids the graph input whose first axis is the batch
 */
export function fixCacheInputs(graph: Graph, ids: string): Graph {
  const g = new GraphBuilder(graph);
  const ops = onnxOps(g);
  for (const input of graph.inputs) {
    if (input.name === "use_cache_branch") {
      g.replaceInput(input.name, () => g.initializer({ dtype: "bool", shape: [1], data: new Uint8Array(1) }));
    } else if (isCache(input)) {
      g.replaceInput(input.name, () => {
        const [, ...sizes] = emptyShape(input);
        const empty = g.initializer(noElements(input, [1, ...sizes]), "empty");
        return ops.expand(empty, [{ of: ids, axis: 0 }, ...sizes]);
      });
    }
  }
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
