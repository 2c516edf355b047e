import { ConfigError, RuntimeError } from "@incipit/core";
import * as tf from "@tensorflow/tfjs-core";
import { keepProcessListeners } from "./process-listeners.js";
import type { TensorFlow } from "./tensors.js";

/** What TF.js can compute on, the fastest first. */
export const BACKENDS = ["tfjs-node-gpu", "tfjs-node", "wasm", "cpu"] as const;

/** The first two are packages to be installed beside this one: `@tensorflow/tfjs-node-gpu`, `@tensorflow/tfjs-node`. */
export type BackendName = (typeof BACKENDS)[number];

/** What `chooseBackend` may be told. */
export interface BackendOptions {
  /** Take this one or fail, instead of the fastest that starts. */
  readonly backend?: BackendName;
  /** Folder or URL, ending in `/`, of TF.js's .wasm files where a bundler parted them from their package. */
  readonly wasmFolder?: string;
}

/** TF.js, ready to compute. */
export interface Backend {
  readonly name: BackendName;
  /** One line: which backend was taken, and why none of the faster ones. */
  readonly reason: string;
  readonly tf: TensorFlow;
}

/** Loads a package by its name. */
export type Load = (packageName: string) => Promise<unknown>;

interface Start {
  /** TF.js's own name of the backend. */
  readonly id: string;
  /** @returns what it computes on, in words */
  readonly start: (load: Load, options: BackendOptions) => Promise<string>;
}

const STARTS: Readonly<Record<BackendName, Start>> = {
  "tfjs-node-gpu": {
    id: "tensorflow",
    start: async (load) => {
      await load("@tensorflow/tfjs-node-gpu");
      await activate("tensorflow");
      const { isUsingGpuDevice } = tf.backend() as { readonly isUsingGpuDevice?: boolean };
      return isUsingGpuDevice === true
        ? "TensorFlow on the GPU"
        : "TensorFlow on the CPU (tfjs-node-gpu found no GPU)";
    },
  },
  "tfjs-node": {
    id: "tensorflow",
    start: async (load) => {
      await load("@tensorflow/tfjs-node");
      await activate("tensorflow");
      return "TensorFlow on the CPU";
    },
  },
  wasm: {
    id: "wasm",
    start: async (_load, { wasmFolder }) => {
      const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
      if (wasmFolder !== undefined) setWasmPaths(wasmFolder);
      await keepProcessListeners(() => activate("wasm"));
      return (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? "WASM with SIMD" : "WASM without SIMD";
    },
  },
  cpu: {
    id: "cpu",
    start: async () => {
      await import("@tensorflow/tfjs-backend-cpu");
      await activate("cpu");
      // The first tensor makes this backend greet on the console, unless that happens while TF.js is quiet.
      tf.scalar(0).dispose();
      return "plain JavaScript";
    },
  },
};

const opened = new Map<string, Promise<Backend>>();

/**
 * Start TF.js on the fastest backend present: tfjs-node-gpu, tfjs-node, WASM, plain JavaScript. Which backend computes is
 * TF.js's global state; the last call decides. Started once, a backend is kept.
 * @throws {ConfigError} when `backend` is none of `BACKENDS`
 * @throws {RuntimeError} when `backend` does not start
 */
export async function chooseBackend(options: BackendOptions = {}): Promise<Backend> {
  const key = JSON.stringify([options.backend, options.wasmFolder]);
  let opening = opened.get(key);
  // The name is no literal, so that neither a bundler nor the compiler looks for a package that may be absent.
  if (opening === undefined) opened.set(key, (opening = openBackend(options, (name) => import(name))));
  const backend = await opening;
  await tf.setBackend(STARTS[backend.name].id);
  return backend;
}

/** `chooseBackend` without memory. @throws as `chooseBackend` */
export async function openBackend(options: BackendOptions, load: Load): Promise<Backend> {
  const { backend } = options;
  if (backend !== undefined && !BACKENDS.includes(backend)) {
    throw new ConfigError(
      `chooseBackend: there is no TF.js backend "${backend}"; choose one of ${BACKENDS.join(", ")}.`,
      { details: { backend } },
    );
  }
  const failures: string[] = [];
  for (const name of backend === undefined ? BACKENDS : [backend]) {
    try {
      const device = await quietly(() => STARTS[name].start(load, options));
      return { name, reason: `TF.js uses ${device}: ${because(backend, failures)}.`, tf };
    } catch (error) {
      failures.push(`${name} ${whyNot(error)}`);
      if (name === backend) {
        throw new RuntimeError(
          `chooseBackend: ${name} ${whyNot(error)}; choose another of ${BACKENDS.join(", ")}, or none to get the fastest.`,
          { cause: error, details: { backend } },
        );
      }
    }
  }
  throw new RuntimeError(`chooseBackend: no TF.js backend starts here: ${failures.join("; ")}.`);
}

function because(backend: BackendName | undefined, failures: readonly string[]): string {
  if (backend !== undefined) return "asked for by name";
  return failures.length === 0 ? "the fastest there is" : failures.join("; ");
}

/** What is wrong with a package that could not be loaded, or a backend that did not start. */
function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  // The package itself, not a file that it misses.
  const absent = (code ?? "").endsWith("MODULE_NOT_FOUND") && /'@tensorflow\/[\w-]+'/.test(message);
  return absent ? "is not installed" : `does not start (${message.split("\n")[0]})`;
}

async function activate(id: string): Promise<void> {
  if (!(await tf.setBackend(id))) throw new Error(`TF.js could not initialise its backend "${id}"`);
}

/** TF.js in production mode prints neither greetings nor warnings. */
async function quietly<R>(start: () => Promise<R>): Promise<R> {
  const production = tf.env().getBool("PROD");
  tf.env().set("PROD", true);
  try {
    return await start();
  } finally {
    tf.env().set("PROD", production);
  }
}
