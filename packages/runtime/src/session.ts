import { type HostTensor, type NamedTensors, RuntimeError } from "@incipit/core";
import type { Graph } from "@incipit/onnx";
import type { InferenceSession } from "onnxruntime-common";
import type { Engine } from "./engine.js";
import { failure } from "./failure.js";
import { type SessionOptions, toOrtOptions } from "./options.js";
import { fromOrt, toOrt } from "./convert.js";
import { toOrtModel } from "./ort-model.js";

/** A graph, loaded and ready to run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
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
  const { bytes, externalData } = toOrtModel(model);
  let session: InferenceSession | undefined;
  try {
    session = await engine.ort.InferenceSession.create(bytes, {
      ...toOrtOptions(provider, options),
      externalData,
    });
  } catch (cause) {
    throw failure(`Loading ${what} on ${device} failed`, cause, { device });
  }
  const { inputNames, outputNames } = session;

  return {
    inputNames,
    outputNames,
    async run(feeds, outputs = outputNames) {
      if (session === undefined)
        throw new RuntimeError(`The session of ${what} was disposed; create a new one.`);
      checkFeeds(session, feeds, what);
      checkOutputs(session, outputs, what);
      if (outputs.length === 0) return {};
      const inputs = inputNames.map(
        (name) => [name, toOrt(engine, name, feeds[name] as HostTensor)] as const,
      );
      let results: InferenceSession.ReturnType;
      try {
        results = await session.run(Object.fromEntries(inputs), outputs);
      } catch (cause) {
        throw failure(`Running ${what} failed`, cause);
      }
      const named = outputs.map(async (name) => [name, await fromOrt(name, results[name])] as const);
      return Object.fromEntries(await Promise.all(named));
    },
    async dispose() {
      const disposed = session;
      session = undefined;
      if (options.profile !== undefined) disposed?.endProfiling();
      await disposed?.release();
    },
  };
}

/** All that is wrong with the feeds, in one error. */
function checkFeeds(
  { inputMetadata, inputNames }: InferenceSession,
  feeds: NamedTensors,
  what: string,
): void {
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

function checkOutputs({ outputNames }: InferenceSession, outputs: readonly string[], what: string): void {
  const unknown = outputs.filter((name) => !outputNames.includes(name));
  if (unknown.length > 0) {
    throw new RuntimeError(
      `Running ${what}: it has no output ${unknown.map((name) => `"${name}"`).join(", ")}; its outputs are: ${outputNames.join(", ")}.`,
      { details: { unknown, outputs: outputNames } },
    );
  }
}
