import { byteLength, type Graph } from "@incipit/onnx";

/** Below this many bytes of weights a run takes no longer than it takes to tell a thread of it. */
const MIN_WEIGHTS = 2 ** 22;

/**
 * How many workers run a model where nobody says: two, which are enough for what is small within the graph, whereas each further
 * one packs the weights again; none where there is but one thread, or the model is small, or another device than the CPU runs it.
 */
export function autoWorkers(model: Graph | Uint8Array, threads: number, device = "cpu"): number {
  return threads >= 2 && device === "cpu" && weightsOf(model) >= MIN_WEIGHTS ? 2 : 0;
}

function weightsOf(model: Graph | Uint8Array): number {
  if (model instanceof Uint8Array) return model.byteLength;
  return [...model.initializers.values()].reduce(
    (sum, { dtype, shape }) => sum + byteLength(dtype, shape),
    0,
  );
}
