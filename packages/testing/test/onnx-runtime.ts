import type { DType, HostTensor } from "@incipit/core";
import { type Evaluate, writeModel } from "@incipit/onnx";
import { InferenceSession, Tensor } from "onnxruntime-node";

/** Runs a graph by ONNX Runtime itself: this package lies below `@incipit/runtime`, whose tests may use it. */
export const evaluateOnnxRuntime: Evaluate = async (graph, feeds) => {
  const session = await InferenceSession.create(writeModel(graph), {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "disabled",
    logSeverityLevel: 3,
  });
  try {
    const results = await session.run(
      Object.fromEntries(
        Object.entries(feeds).map(([name, { dtype, shape, data }]) => [
          name,
          new Tensor(dtype as Exclude<DType, "bfloat16" | "int4" | "uint4">, data, shape),
        ]),
      ),
    );
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [
        name,
        { dtype: type, shape: dims, data } as HostTensor,
      ]),
    );
  } finally {
    await session.release();
  }
};
