import type * as Ort from "onnxruntime-common";

/** A build of ONNX Runtime, and what it offers on this machine. */
export interface Engine {
  readonly ort: Pick<typeof Ort, "InferenceSession" | "Tensor">;
  /** The execution provider that stands for each device. */
  readonly providers: Readonly<Record<string, string>>;
}
