/**
 * Do something that Ctrl-C, or a request to terminate, should end in order. Asked a second time, the program ends at once.
 * @param onInterrupt called at the first request
 */
export async function interruptible<R>(
  work: (signal: AbortSignal) => Promise<R>,
  onInterrupt: () => void,
): Promise<R> {
  const controller = new AbortController();
  const interrupt = () => {
    release();
    controller.abort();
    onInterrupt();
  };
  const release = () => {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
