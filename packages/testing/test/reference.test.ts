import { describe, expect, it } from "vitest";
import { evaluateReference, expectClose } from "../src/index.js";
import { kernels } from "../src/reference/kernels.js";
import { evaluateOnnxRuntime } from "./onnx-runtime.js";
import { feedsOf, graphOf, titleOf } from "./operator-case.js";
import { families } from "./operator-cases/families.js";

describe.each(Object.entries(families))("reference kernels: %s", (_, cases) => {
  it.each(cases.map((operator) => [titleOf(operator), operator] as const))(
    "agrees with ONNX Runtime on %s",
    async (_, operator) => {
      const graph = graphOf(operator);
      const feeds = feedsOf(operator);
      const expected = await evaluateReference(graph, feeds);
      // ONNX Runtime refuses outputs whose declared dtype is not the computed one, so dtypes are checked here too.
      const outputs = graph.outputs.map(({ name }) => ({ name, dtype: expected[name]!.dtype }));
      const actual = await evaluateOnnxRuntime({ ...graph, outputs }, feeds);
      for (const { name } of outputs) {
        expectClose(actual[name], expected[name]!, { relative: 1e-4, absolute: 1e-5 });
      }
    },
  );
});

it("has a case for every kernel", () => {
  const covered = new Set(
    Object.values(families)
      .flat()
      .map(({ op, domain }) => (domain === undefined ? op : `${domain}.${op}`)),
  );
  expect([...kernels.keys()].filter((name) => !covered.has(name))).toEqual([]);
});
