// @ts-check
/** @file A thread that runs one model. JavaScript, as Node starts threads from files that it can read as they are. */
import { parentPort } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";

/** @import { MessagePort } from "node:worker_threads" */
/** @import { Answer, Description, Job, JobResult, PlainTensor, Start } from "./messages.js" */

if (parentPort !== null) serve(parentPort);

/**
 * The first message brings the model, the others are runs.
 * @param {MessagePort} port
 */
function serve(port) {
  /** @type {InferenceSession} */
  let session;

  /** @param {Start} start */
  async function open({ bytes, options }) {
    session = await InferenceSession.create(bytes, options);
    const { inputNames, inputMetadata, outputNames } = session;
    return /** @type {Description} */ ({ inputNames, inputMetadata, outputNames });
  }

  /** @param {Job} job */
  async function run({ feeds, outputs }) {
    const results = await session.run(mapValues(feeds, toTensor), outputs);
    return /** @type {JobResult} */ (mapValues(results, toPlain));
  }

  port.once("message", (/** @type {Start} */ start) => {
    port.on("message", (/** @type {Job} */ job) => answer(port, run(job)));
    return answer(port, open(start));
  });
}

/**
 * Says what was computed, or why it failed.
 * @template T
 * @param {MessagePort} port
 * @param {Promise<T>} value
 */
async function answer(port, value) {
  /** @type {Answer<T>} */
  const message = await value.then(
    (value) => ({ value }),
    (/** @type {unknown} */ cause) => ({ error: cause instanceof Error ? cause.message : String(cause) }),
  );
  port.postMessage(message);
}

/**
 * @template T, U
 * @param {Readonly<Record<string, T>>} record
 * @param {(value: T) => U} map
 */
function mapValues(record, map) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** @param {PlainTensor} plain */
function toTensor({ type, data, dims }) {
  // The bits of 16-bit floats, as in `convert.ts`.
  if (type === "float16") return Object.create(new Tensor("uint16", data, dims), { type: { value: type } });
  return new Tensor(type, data, dims);
}

/** @param {Tensor} tensor */
function toPlain({ type, data, dims }) {
  return { type, data, dims };
}
