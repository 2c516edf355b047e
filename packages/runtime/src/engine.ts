import type * as Ort from "onnxruntime-common";

/** A build of ONNX Runtime, and what the machine offers it. */
export interface Engine {
  readonly ort: Pick<typeof Ort, "InferenceSession" | "Tensor" | "env">;
  /** Execution providers that this build has. */
  readonly devices: readonly string[];
  readonly defaultDevice: string;
  readonly defaultThreads: number;
}
