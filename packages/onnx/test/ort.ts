/** @file ONNX Runtime, for tests: this package stands below @incipit/runtime and cannot use it. */
import type { HostTensor, NamedTensors } from "@incipit/core";
import { env, InferenceSession, Tensor } from "onnxruntime-node";
import { type Evaluate, writeModel } from "../src/index.js";

env.logLevel = "fatal";

/** Run a model, bytes or a file's path, as it is, without optimizations. */
export async function runModel(
  model: Uint8Array | string,
  feeds: NamedTensors,
): Promise<Record<string, HostTensor>> {
  const session = await InferenceSession.create(model as Uint8Array, {
    graphOptimizationLevel: "disabled",
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  try {
    const inputs = session.inputNames.map((name) => {
      const { dtype, data, shape } = feeds[name]!;
      return [name, new Tensor(dtype as Tensor.Type, data, shape)] as const;
    });
    const outputs = Object.entries(await session.run(Object.fromEntries(inputs)));
    return Object.fromEntries(
      outputs.map(([name, { type, dims, data }]) => [name, { dtype: type, shape: dims, data } as HostTensor]),
    );
  } finally {
    await session.release();
  }
}

/** Run a graph. */
export const evaluate: Evaluate = async (graph, feeds) => runModel(writeModel(graph), feeds);
