import type { Evaluate, Graph } from "@incipit/onnx";
import type { Engine } from "./engine.js";
import { evaluateWith } from "./evaluate.js";
import { failure } from "./failure.js";
import { SEVERITY, type SessionOptions } from "./options.js";
import { openSession, type Session } from "./session.js";

export type { LogLevel, Optimization, SessionOptions } from "./options.js";
export type { Session } from "./session.js";

/**
 * Load a graph, or the bytes of an ONNX model, into ONNX Runtime for the web.
 * @throws {RuntimeError} when the device is not there, or ONNX Runtime does not accept the graph
 */
export async function createSession(
  model: Graph | Uint8Array,
  options: SessionOptions = {},
): Promise<Session> {
  return openSession(await loadEngine(options), model, { ...options, workers: 0 });
}

/** In the browser the calling thread runs a graph. */
export function defaultWorkers(): number {
  return 0;
}

/** Run a graph once: what constant folding and shape probing are made with. */
export const evaluate: Evaluate = evaluateWith(createSession);

/** What `createSession` takes as `device`. Whether the browser offers it shows when a session is made. */
export function availableDevices(): Promise<readonly string[]> {
  return Promise.resolve(Object.keys(PROVIDERS));
}

const PROVIDERS = { cpu: "wasm", webgpu: "webgpu", webnn: "webnn" };

async function loadEngine({ logLevel = "none", threads }: SessionOptions): Promise<Engine> {
  try {
    const ort = await import("onnxruntime-web");
    ort.env.logLevel = SEVERITY[logLevel].name;
    // Its thread pool is one for all sessions, made with the first.
    if (threads !== undefined) ort.env.wasm.numThreads = threads;
    return { ort, providers: PROVIDERS };
  } catch (cause) {
    throw failure("ONNX Runtime (onnxruntime-web) cannot be loaded; is it installed?", cause);
  }
}
