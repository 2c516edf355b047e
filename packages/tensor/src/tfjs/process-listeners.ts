const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Run `start`, then take off the process-wide handlers that it put on. Emscripten's start-up code (in TF.js's WASM
 * backend) installs two that make every unhandled rejection fatal and change the exit code: not a library's business.
 */
export async function keepProcessListeners<R>(start: () => Promise<R>): Promise<R> {
  const { process } = globalThis as { readonly process?: NodeJS.EventEmitter };
  if (typeof process?.listeners !== "function") return start();
  const before = EVENTS.map((event) => new Set<unknown>(process.listeners(event)));
  try {
    return await start();
  } finally {
    EVENTS.forEach((event, index) => {
      for (const listener of process.listeners(event) as ((...args: unknown[]) => void)[]) {
        if (!before[index]?.has(listener)) process.off(event, listener);
      }
    });
  }
}
