import type { InferenceSession } from "onnxruntime-common";
import type { OrtWeights } from "./ort-model.js";

/** What ONNX Runtime itself prints to stderr. */
export type LogLevel = "verbose" | "info" | "warning" | "error" | "none";

/** How much ONNX Runtime may rewrite the graph before it runs it. */
export type Optimization = "none" | "basic" | "extended" | "all";

/** How to run a graph. */
export interface SessionOptions {
  /**
   * What computes: `cpu`, `cuda`, `webgpu`, or whatever else ONNX Runtime has an execution provider for. Operators that
   * the device lacks run on the CPU.
   * @default "cpu"
   */
  readonly device?: string;
  /**
   * Threads that share the work of one operator.
   * @default the number of physical cores that this process may use
   */
  readonly threads?: number;
  /**
   * Threads of Node's own that run the graph side by side: each takes a call of `run`, with its part of `threads`, and packs the
   * weights for itself. Two calls on a thread each are done sooner than two calls on two threads each, as not all that is in a graph can be
   * shared out. 0: the calling thread runs it, one call after the other, as it always is in the browser.
   * @default 0
   */
  readonly workers?: number;
  /** @default "none": failures come as errors */
  readonly logLevel?: LogLevel;
  /** @default "all" */
  readonly optimize?: Optimization;
  /** Whether weights are laid out anew for fast products, which takes time once and memory for a copy. @default true */
  readonly packWeights?: boolean;
  /**
   * In Node: ONNX Runtime writes how long each kernel took to a JSON file whose path begins so, until the session is disposed. What is
   * profiled has no workers.
   */
  readonly profile?: string;
}

/** The names of ONNX Runtime's severities, and its numbers for them. */
export const SEVERITY = {
  verbose: { name: "verbose", number: 0 },
  info: { name: "info", number: 1 },
  warning: { name: "warning", number: 2 },
  error: { name: "error", number: 3 },
  none: { name: "fatal", number: 4 },
} as const satisfies Record<LogLevel, unknown>;

const OPTIMIZATION = {
  none: "disabled",
  basic: "basic",
  extended: "extended",
  all: "all",
} as const satisfies Record<Optimization, InferenceSession.SessionOptions["graphOptimizationLevel"]>;

/** Our options as ONNX Runtime's. */
export function toOrtOptions(
  provider: string,
  { threads, workers = 0, logLevel = "none", optimize = "all", packWeights = true, profile }: SessionOptions,
  { externalData, folder, keepConstants = false }: OrtWeights,
): InferenceSession.SessionOptions {
  // What takes the place of folding is among the extended optimisations, and known to work on the CPU.
  const folds = !keepConstants || provider !== "cpu" || optimize === "none" || optimize === "basic";
  return {
    executionProviders: [provider],
    logSeverityLevel: SEVERITY[logLevel].number,
    graphOptimizationLevel: OPTIMIZATION[optimize],
    // Its plan of memory is for batches of one shape; with batches of many it takes half as much again, and is no faster.
    enableMemPattern: false,
    extra: {
      session: {
        ...(!packWeights && { disable_prepacking: "1" }),
        ...(folder !== undefined && { model_external_initializers_file_folder_path: folder }),
      },
      ...(!folds && { optimization: { disable_specified_optimizers: "ConstantFolding" } }),
    },
    externalData,
    ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
    ...(threads !== undefined && {
      intraOpNumThreads: Math.max(1, Math.floor(threads / Math.max(1, workers))),
    }),
  };
}
