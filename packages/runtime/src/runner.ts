import type { InferenceSession, Tensor } from "onnxruntime-common";
import type { Engine } from "./engine.js";
import type { Description, PlainTensor } from "./workers/messages.js";

/** A model that ONNX Runtime has loaded, wherever it runs. */
export interface Runner extends Description {
  /** Calls of `run` that are computed at the same time. */
  readonly concurrency: number;
  run(
    feeds: Readonly<Record<string, Tensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, PlainTensor>>>;
  dispose(): Promise<void>;
}

/** Loads a model to run it on the calling thread, one call after the other. */
export async function openHere(
  { ort }: Engine,
  bytes: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<Runner> {
  const session = await ort.InferenceSession.create(bytes, options);
  const { inputNames, inputMetadata, outputNames } = session;
  return {
    inputNames,
    inputMetadata,
    outputNames,
    concurrency: 1,
    async run(feeds, outputs) {
      const results = await session.run(feeds, outputs);
      const inMemory = Object.entries(results).map(
        async ([name, tensor]) => [name, await download(tensor)] as const,
      );
      return Object.fromEntries(await Promise.all(inMemory));
    },
    async dispose() {
      if (options.enableProfiling === true) session.endProfiling();
      await session.release();
    },
  };
}

/** Results of other devices are brought into memory. */
async function download(tensor: Tensor): Promise<PlainTensor> {
  if (tensor.location === "cpu") return tensor;
  return { type: tensor.type, dims: tensor.dims, data: await tensor.getData(true) };
}
