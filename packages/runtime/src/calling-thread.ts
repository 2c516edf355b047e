import type { InferenceSession, Tensor } from "onnxruntime-common";
import type { Engine } from "./engine.js";
import type { Runner } from "./runner.js";
import type { PlainTensor } from "./workers/messages.js";

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
