import type * as Ort from "onnxruntime-common";
import type { Runner } from "./runner.js";

/** A build of ONNX Runtime, and what it offers on this machine. */
export interface Engine {
  readonly ort: Pick<typeof Ort, "InferenceSession" | "Tensor">;
  /** The execution provider that stands for each device. */
  readonly providers: Readonly<Record<string, string>>;
  /** Whether sessions can map weights into memory from files. */
  readonly mapsFiles?: boolean;
  /** Loads a model into so many threads of its own, which run it side by side; absent where there are no such threads. */
  readonly openPool?: (
    size: number,
    bytes: Uint8Array,
    options: Ort.InferenceSession.SessionOptions,
  ) => Promise<Runner>;
}
