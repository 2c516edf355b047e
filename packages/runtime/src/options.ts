import type { InferenceSession } from "onnxruntime-common";

/** What ONNX Runtime itself prints to stderr. */
export type LogLevel = "verbose" | "info" | "warning" | "error" | "none";

/** How much ONNX Runtime may rewrite the graph before it runs it. */
export type Optimization = "none" | "basic" | "extended" | "all";

export interface SessionOptions {
  /**
   * What computes: an execution provider of ONNX Runtime such as `cpu`, `cuda` or `webgpu`. What it cannot do runs on
   * the CPU.
   * @default "cpu"
   */
  readonly device?: string;
  /**
   * Threads that share the work of one operator.
   * @default the number of physical cores that this process may use
   */
  readonly threads?: number;
  /** @default "none": failures come as errors */
  readonly logLevel?: LogLevel;
  /** @default "all" */
  readonly optimize?: Optimization;
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
export function toOrtOptions(options: Required<SessionOptions>): InferenceSession.SessionOptions {
  return {
    executionProviders: [options.device],
    intraOpNumThreads: options.threads,
    logSeverityLevel: SEVERITY[options.logLevel].number,
    graphOptimizationLevel: OPTIMIZATION[options.optimize],
  };
}
