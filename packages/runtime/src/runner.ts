import type { Tensor } from "onnxruntime-common";
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
