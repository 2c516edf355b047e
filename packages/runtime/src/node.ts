import { byteLength, type Evaluate, type Graph } from "@incipit/onnx";
import type { Engine } from "./engine.js";
import { evaluateWith } from "./evaluate.js";
import { failure } from "./failure.js";
import { type LogLevel, SEVERITY, type SessionOptions } from "./options.js";
import { openSession, type Session } from "./session.js";
import { defaultThreads } from "./threads.js";
import { openPool } from "./workers/pool.js";

/**
 * Load a graph, or the bytes of an ONNX model, into ONNX Runtime for Node.
 * @throws {RuntimeError} when the device is not there, or ONNX Runtime does not accept the graph
 *
 * @example
 * const session = await createSession(graph, { threads: 4 });
 * const { y } = await session.run({ x });
 * await session.dispose();
 */
export async function createSession(
  model: Graph | Uint8Array,
  options: SessionOptions = {},
): Promise<Session> {
  return openSession(await loadEngine(options.logLevel), model, { threads: defaultThreads(), ...options });
}

/**
 * How many workers run a graph well where nobody says: two, which are enough for what cannot be shared out within it, whereas each further
 * one packs the weights again; none where there is but one thread, or the graph is small, or another device than the CPU runs it.
 */
export function defaultWorkers(
  graph: Graph,
  { threads = defaultThreads(), device = "cpu" }: SessionOptions = {},
): number {
  return threads >= 2 && device === "cpu" && weightsOf(graph) >= MIN_WEIGHTS ? 2 : 0;
}

/** Below this many bytes of weights a run takes not much longer than telling a thread of it. */
const MIN_WEIGHTS = 2 ** 22;

function weightsOf({ initializers }: Graph): number {
  return [...initializers.values()].reduce((sum, { dtype, shape }) => sum + byteLength(dtype, shape), 0);
}

/** Run a graph once on the CPU: what constant folding and shape probing are made with. */
export const evaluate: Evaluate = evaluateWith(createSession);

/** What `createSession` takes as `device` here. Whether the machine has such a device shows when a session is made. */
export async function availableDevices(): Promise<readonly string[]> {
  return Object.keys((await loadEngine()).providers);
}

/** ONNX Runtime, loaded on first use: its library is large, and missing on some platforms. */
async function loadEngine(logLevel: LogLevel = "none"): Promise<Engine> {
  try {
    const ort = await import("onnxruntime-node");
    // ONNX Runtime reads this once, when its first session is made.
    ort.env.logLevel = SEVERITY[logLevel].name;
    const providers = ort.listSupportedBackends().map(({ name }) => [name, name] as const);
    return { ort, providers: Object.fromEntries(providers), mapsFiles: true, openPool };
  } catch (cause) {
    throw failure("ONNX Runtime (onnxruntime-node) cannot be loaded on this machine", cause);
  }
}
