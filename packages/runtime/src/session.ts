import { type HostTensor, type NamedTensors, RuntimeError } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import type { InferenceSession } from "onnxruntime-common";
import { openHere } from "./calling-thread.js";
import type { Engine } from "./engine.js";
import { failure } from "./failure.js";
import { type SessionOptions, toOrtOptions } from "./options.js";
import { fromOrt, toOrt } from "./convert.js";
import { toOrtModel } from "./ort-model.js";
import type { Runner } from "./runner.js";
import type { Description, JobResult } from "./workers/messages.js";

/** A graph, loaded and ready to run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Calls of `run` that are computed at the same time; further ones wait. */
  readonly concurrency: number;
  /**
   * Run the graph.
   * @param feeds a tensor for every input; what is no input is ignored
   * @param outputs names of the outputs wanted; all by default
   * @throws {RuntimeError} when an input is missing or of another dtype, an output unknown, or the run fails
   */
  run(feeds: NamedTensors, outputs?: readonly string[]): Promise<Record<string, HostTensor>>;
  /** Free the memory. The session cannot be used afterwards. */
  dispose(): Promise<void>;
}

/**
 * Load a graph, or the bytes of an ONNX model, into ONNX Runtime.
 * @throws {RuntimeError} when the device is not there, or ONNX Runtime does not accept the graph
 */
export async function openSession(
  engine: Engine,
  model: Graph | Uint8Array,
  options: SessionOptions = {},
): Promise<Session> {
  const { device = "cpu" } = options;
  const provider = engine.providers[device];
  if (provider === undefined) {
    const devices = Object.keys(engine.providers);
    throw new RuntimeError(`ONNX Runtime has no device "${device}" here; it has: ${devices.join(", ")}.`, {
      details: { device, devices },
    });
  }
  const what = model instanceof Uint8Array ? "the model" : `graph "${model.name}"`;
  const { bytes, ...weights } = toOrtModel(model, engine.mapsFiles === true);
  let runner: Runner | undefined;
  try {
    runner = await openRunner(engine, bytes, toOrtOptions(provider, options, weights), options);
  } catch (cause) {
    throw failure(`Loading ${what} on ${device} failed`, cause, { device });
  }
  const { inputNames, outputNames, concurrency } = runner;

  return {
    inputNames,
    outputNames,
    concurrency,
    async run(feeds, outputs = outputNames) {
      if (runner === undefined)
        throw new RuntimeError(`The session of ${what} was disposed; create a new one.`);
      checkFeeds(runner, feeds, what);
      checkOutputs(runner, outputs, what);
      if (outputs.length === 0) return {};
      const inputs = inputNames.map(
        (name) => [name, toOrt(engine, name, feeds[name] as HostTensor)] as const,
      );
      let results: JobResult;
      try {
        results = await runner.run(Object.fromEntries(inputs), outputs);
      } catch (cause) {
        throw failure(`Running ${what} failed`, cause);
      }
      return Object.fromEntries(outputs.map((name) => [name, fromOrt(name, results[name])]));
    },
    async dispose() {
      const disposed = runner;
      runner = undefined;
      await disposed?.dispose();
    },
  };
}

function openRunner(
  engine: Engine,
  bytes: Uint8Array,
  ortOptions: InferenceSession.SessionOptions,
  { workers = 0, profile }: SessionOptions,
): Promise<Runner> {
  return workers === 0 || profile !== undefined || engine.openPool === undefined
    ? openHere(engine, bytes, ortOptions)
    : engine.openPool(workers, bytes, ortOptions);
}

/** All that is wrong with the feeds, in one error. */
function checkFeeds({ inputMetadata, inputNames }: Description, feeds: NamedTensors, what: string): void {
  const problems = inputMetadata.flatMap((input) => {
    const feed = feeds[input.name];
    if (feed === undefined) return [`input "${input.name}" is missing`];
    if (!input.isTensor || input.type === feed.dtype) return [];
    return [`input "${input.name}" should be ${input.type}, it is ${feed.dtype}`];
  });
  if (problems.length > 0) {
    throw new RuntimeError(
      `Running ${what}: ${problems.join("; ")}. Its inputs are: ${inputNames.join(", ")}; fed were: ${Object.keys(feeds).join(", ") || "none"}.`,
      { details: { problems, inputs: inputNames } },
    );
  }
}

function checkOutputs({ outputNames }: Description, outputs: readonly string[], what: string): void {
  const unknown = outputs.filter((name) => !outputNames.includes(name));
  if (unknown.length > 0) {
    throw new RuntimeError(
      `Running ${what}: it has no output ${unknown.map((name) => `"${name}"`).join(", ")}; its outputs are: ${outputNames.join(", ")}.`,
      { details: { unknown, outputs: outputNames } },
    );
  }
}
