import type { Evaluate, Graph, ValueTensors } from "@incipit/onnx";
import type { SessionOptions } from "./options.js";
import type { Session } from "./session.js";

/** Makes a function that runs a graph once, as it stands: optimizing it would take longer than running it. */
export function evaluateWith(
  createSession: (graph: Graph, options: SessionOptions) => Promise<Session>,
): Evaluate {
  const each = async (graph: Graph, feeds: readonly ValueTensors[]) => {
    const session = await createSession(graph, { optimize: "none", packWeights: false });
    try {
      const results: ValueTensors[] = [];
      for (const feed of feeds) results.push(await session.run(feed));
      return results;
    } finally {
      await session.dispose();
    }
  };
  return Object.assign(async (graph: Graph, feeds: ValueTensors) => (await each(graph, [feeds]))[0] ?? {}, {
    each,
  });
}
