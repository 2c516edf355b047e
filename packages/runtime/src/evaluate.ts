import type { Evaluate, Graph } from "@incipit/onnx";
import type { SessionOptions } from "./options.js";
import type { Session } from "./session.js";

/** Makes a function that runs a graph once, as it stands: optimizing it would take longer than running it. */
export function evaluateWith(
  createSession: (graph: Graph, options: SessionOptions) => Promise<Session>,
): Evaluate {
  return async (graph, feeds) => {
    const session = await createSession(graph, { optimize: "none" });
    try {
      return await session.run(feeds);
    } finally {
      await session.dispose();
    }
  };
}
