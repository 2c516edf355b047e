import { type Callback, type EndEvent } from "@incipit/core";
import { type TrainOptions } from "./options.js";
import { train } from "./train.js";

/** The options of a run, and who is told of its events. */
export interface FitOptions extends TrainOptions {
  /** Told of every event, in this order; training waits for them. */
  readonly callbacks?: readonly Callback[];
}

/**
 * Train to the end, telling the callbacks; returns the end event, which has the parameters to keep.
 * @throws all that `train` throws, and what the callbacks throw
 */
export async function fit({ callbacks = [], ...options }: FitOptions): Promise<EndEvent> {
  const run = train(options);
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
    for (const callback of callbacks) await callback(next.value);
  }
}
