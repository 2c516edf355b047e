import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError, type Callback, type TrainEvent } from "@incipit/core";
import { reasonOf } from "./system-error.js";

/** Settings of `jsonlLog`. */
export interface JsonlLogOptions {
  /** Keep what the file has, as for a run that is resumed; otherwise it starts empty. Default false. */
  readonly append?: boolean;
}

/**
 * A callback that writes each event as one line of JSON, without tensors; NaN and infinities become null. It throws a
 * `ConfigError` when the file cannot be written.
 */
export function jsonlLog(path: string, { append = false }: JsonlLogOptions = {}): Callback {
  let ready = false;
  return async (event) => {
    try {
      if (!ready) await prepare(path, append);
      ready = true;
      await appendFile(path, `${JSON.stringify(withoutTensors(event))}\n`);
    } catch (cause) {
      throw new ConfigError(
        `Cannot write the log ${path}: ${reasonOf(cause)}. Choose a place that can be written to.`,
        { cause, details: { path } },
      );
    }
  };
}

async function prepare(path: string, append: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (!append) await writeFile(path, "");
}

/** `JSON.stringify` leaves out what is undefined. */
function withoutTensors(event: TrainEvent): object {
  return event.type === "end" ? { ...event, parameters: undefined } : event;
}
