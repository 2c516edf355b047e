/** @file What a thread that runs a model is told, and what it answers. Plain data: it is copied from thread to thread. */
import type { InferenceSession, Tensor } from "onnxruntime-common";

/** A tensor of ONNX Runtime's in memory, without its methods. */
export type PlainTensor = Pick<Tensor, "type" | "dims" | "data">;

/** What a thread begins with. */
export interface Start {
  /** The model. */
  readonly bytes: Uint8Array;
  readonly options: InferenceSession.SessionOptions;
}

/** What it says once it has loaded the model. */
export type Description = Pick<InferenceSession, "inputNames" | "inputMetadata" | "outputNames">;

/** One run. */
export interface Job {
  readonly feeds: Readonly<Record<string, PlainTensor>>;
  readonly outputs: readonly string[];
}

/** What a run gives. */
export type JobResult = Readonly<Record<string, PlainTensor>>;

/** What was asked for, or why it failed. */
export type Answer<T> = { readonly value: T } | { readonly error: string };
