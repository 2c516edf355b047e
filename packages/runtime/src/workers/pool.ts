import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { InferenceSession, Tensor } from "onnxruntime-common";
import type { Runner } from "../runner.js";
import type { Answer, Description, Job, JobResult, Start } from "./messages.js";

/**
 * Loads a model into `size` threads, each of which runs one call at a time. Calls wait in line for the first thread that is free.
 * The threads keep the process alive only while they work.
 * @throws {Error} when a thread cannot load the model: ONNX Runtime's message
 */
export async function openPool(
  size: number,
  bytes: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<Runner> {
  const start: Start = { bytes, options: withSharedWeights(options) };
  const threads = Array.from({ length: size }, () => startThread(start));
  const opened = await Promise.allSettled(threads.map(({ description }) => description));
  const dispose = async () => {
    await Promise.all(threads.map((thread) => thread.stop()));
  };
  const failed = opened.find((result) => result.status === "rejected");
  const [first] = opened;
  if (failed !== undefined || first?.status !== "fulfilled") {
    await dispose();
    throw failed?.reason ?? new Error("no thread was started");
  }
  const free = [...threads];
  const waiting: ((thread: Thread) => void)[] = [];
  return {
    ...first.value,
    concurrency: size,
    async run(feeds, outputs) {
      const thread = free.shift() ?? (await new Promise<Thread>((resolve) => waiting.push(resolve)));
      try {
        return await thread.run({ feeds: mapValues(feeds, toPlain), outputs });
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(thread);
        else next(thread);
      }
    },
    dispose,
  };
}

/** A thread that has loaded a model, or is about to. */
interface Thread {
  readonly description: Promise<Description>;
  run(job: Job): Promise<JobResult>;
  stop(): Promise<void>;
}

function startThread(start: Start): Thread {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { execArgv: [] });
  const ended = new AbortController();
  worker.once("error", (error) => {
    ended.abort(error);
  });
  worker.once("exit", (code) => {
    ended.abort(new Error(`the thread that runs it has ended (code ${code})`));
  });
  async function ask<T>(message: Start | Job): Promise<T> {
    worker.ref();
    try {
      worker.postMessage(message);
      const [answer] = (await once(worker, "message", { signal: ended.signal })) as [Answer<T>];
      if ("error" in answer) throw new Error(answer.error);
      return answer.value;
    } catch (error) {
      throw ended.signal.aborted ? ended.signal.reason : error;
    } finally {
      worker.unref();
    }
  }
  return {
    description: ask<Description>(start),
    run: (job) => ask<JobResult>(job),
    async stop() {
      await worker.terminate();
    },
  };
}

/** Weights in memory that all threads see, instead of getting a copy each. */
function withSharedWeights(options: InferenceSession.SessionOptions): InferenceSession.SessionOptions {
  const externalData = options.externalData?.map((file) => {
    if (typeof file === "string" || !(file.data instanceof Uint8Array)) return file;
    const data = new Uint8Array(new SharedArrayBuffer(file.data.byteLength));
    data.set(file.data);
    return { ...file, data };
  });
  return { ...options, ...(externalData && { externalData }) };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function toPlain({ type, dims, data }: Tensor) {
  return { type, dims, data };
}
